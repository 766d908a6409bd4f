import { textOf } from './store.ts';
import { type RqWebhook, readWebhooks } from './webhooks.ts';

export const RQ_STATUSES = [
  'created',
  'queued',
  'started',
  'finished',
  'failed',
  'deferred',
  'scheduled',
  'stopped',
  'canceled',
] as const;

/** Where a job is in its life. RQ's development version knows two more, between deferred and queued. */
export type RqStatus = (typeof RQ_STATUSES)[number] | 'rate_limited' | 'ready_to_enqueue';

/** What a callback is called, and for how many seconds it may run. */
export interface RqCallbackName {
  readonly name: string;
  /** Seconds. */
  readonly timeout: number;
}

/** What is stored of a job; times to live and timeouts in seconds, as in RQ. */
export interface RqFields {
  readonly status: RqStatus | undefined;
  /** The name of its queue. */
  readonly origin: string;
  readonly description: string;
  readonly createdAt: Date | undefined;
  readonly enqueuedAt: Date | undefined;
  readonly startedAt: Date | undefined;
  readonly endedAt: Date | undefined;
  readonly lastHeartbeat: Date | undefined;
  /** Who works on it, or did. */
  readonly workerName: string | undefined;
  /** Seconds it may run; -1: as long as it likes. */
  readonly timeout: number;
  /** Seconds its result is kept; -1: for good; 0: not at all; undefined: as long as its worker keeps results. */
  readonly resultTtl: number | undefined;
  /** Seconds it is kept when it failed; -1: for good; undefined: a year. */
  readonly failureTtl: number | undefined;
  /** Seconds it may wait to be started. */
  readonly ttl: number | undefined;
  readonly dependencyIds: readonly string[];
  readonly allowFailure: boolean;
  readonly atFront: boolean;
  readonly retriesLeft: number | undefined;
  readonly retryIntervals: readonly number[];
  readonly repeatsLeft: number | undefined;
  readonly repeatIntervals: readonly number[];
  readonly onSuccess: RqCallbackName | undefined;
  readonly onFailure: RqCallbackName | undefined;
  readonly onStopped: RqCallbackName | undefined;
  readonly webhooks: readonly RqWebhook[];
  readonly groupId: string | undefined;
  /** The call, as stored. */
  readonly data: Buffer;
  /** As stored. */
  readonly meta: Buffer | undefined;
  /** `started_at` as stored: which run of the job this is. */
  readonly since: string;
}

/** `2026-01-31T12:00:00.123456Z`: six digits, and no other zone than Z, or Python's worker ends. */
export const stamp = (date: Date): string => date.toISOString().replace('Z', '000Z');

/** RQ's stamp, with one to six digits or none. Undefined for anything else: a bad one must not stop a worker. */
export const parseStamp = (text: string): Date | undefined => {
  const date = new Date(text.replace(/(\.\d{3})\d+Z$/, '$1Z'));
  return text === '' || Number.isNaN(date.getTime()) ? undefined : date;
};

const numbers = (text: string): readonly number[] => {
  try {
    const list: unknown = JSON.parse(text || '[]');
    return Array.isArray(list) ? list.map(Number) : [];
  } catch {
    return [];
  }
};

const ids = (list: string, single: string): readonly string[] => {
  try {
    const parsed: unknown = JSON.parse(list);
    if (Array.isArray(parsed)) return parsed.map(String);
  } catch {
    // as written before RQ 1.8
  }
  return single === '' ? [] : [single];
};

/** Reads a job's hash. Forgiving: what no version writes counts as unset, for it must not stop a worker. */
export const readFields = (hash: ReadonlyMap<string, Buffer>): RqFields => {
  const text = (name: string): string => textOf(hash.get(name));
  const maybe = (name: string): string | undefined => text(name) || undefined;
  const whole = (name: string): number | undefined => (/^-?\d+$/.test(text(name)) ? Number(text(name)) : undefined);
  const callback = (kind: string): RqCallbackName | undefined => {
    const name = maybe(`${kind}_callback_name`);
    return name === undefined ? undefined : { name, timeout: whole(`${kind}_callback_timeout`) ?? 60 };
  };
  return {
    status: maybe('status') as RqStatus | undefined,
    origin: text('origin'),
    description: text('description'),
    createdAt: parseStamp(text('created_at')),
    enqueuedAt: parseStamp(text('enqueued_at')),
    startedAt: parseStamp(text('started_at')),
    endedAt: parseStamp(text('ended_at')),
    lastHeartbeat: parseStamp(text('last_heartbeat')),
    workerName: maybe('worker_name'),
    timeout: whole('timeout') ?? 180,
    resultTtl: whole('result_ttl'),
    failureTtl: whole('failure_ttl'),
    ttl: whole('ttl'),
    dependencyIds: ids(text('dependency_ids'), text('dependency_id')),
    allowFailure: text('allow_dependency_failures') === '1',
    atFront: text('enqueue_at_front') === '1',
    retriesLeft: whole('retries_left'),
    retryIntervals: numbers(text('retry_intervals')),
    repeatsLeft: whole('repeats_left'),
    repeatIntervals: numbers(text('repeat_intervals')),
    onSuccess: callback('success'),
    onFailure: callback('failure'),
    onStopped: callback('stopped'),
    webhooks: readWebhooks(text('webhooks')),
    groupId: maybe('group_id'),
    data: hash.get('data') ?? Buffer.alloc(0),
    meta: hash.get('meta')?.length ? hash.get('meta') : undefined,
    since: text('started_at'),
  };
};
