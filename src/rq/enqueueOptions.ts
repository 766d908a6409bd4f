import { randomUUID } from 'node:crypto';
import * as check from '../check.ts';
import { duration, jobId, positions, span } from './checks.ts';
import { stamp } from './fields.ts';
import { describeCall } from './python.ts';
import { encode, encodeCall, type RqSerializer } from './serializer.ts';
import { printWebhooks, type RqWebhook } from './webhooks.ts';

/** Seconds, as RQ counts, or text as RQ reads it: `'90s'`, `'10m'`, `'1h'`, `'1d'`. */
export type RqSeconds = number | string;

/** The dotted path of a callback, and how many seconds it may take (60). RQ before 1.14 always gives it 60. */
export type RqCallback = string | { readonly name: string; readonly timeout?: RqSeconds };

/** A function with the name jobs call it by: what `job()` makes. */
export interface NamedFunction {
  (...args: never[]): unknown;
  readonly func: string;
}

/** How a job is enqueued. Times are in seconds wherever RQ stores them. */
export interface RqEnqueueOptions {
  readonly args?: readonly unknown[];
  readonly kwargs?: Readonly<Record<string, unknown>>;
  /** Letters, digits, `_` and `-`: anything else ends newer workers. Default: a new UUID. */
  readonly jobId?: string;
  /** Seconds it may run; -1: as long as it likes. Default: the queue's. */
  readonly timeout?: RqSeconds;
  /** Seconds its result is kept; -1: for good; 0: not at all. Default: the worker's, 500 as a rule. */
  readonly resultTtl?: RqSeconds;
  /** Seconds it is kept when it failed; -1: for good. Default: a year. */
  readonly failureTtl?: RqSeconds;
  /** Seconds it may wait to be started, then it is forgotten. Default: for ever. */
  readonly ttl?: RqSeconds;
  /** What `rq info` shows. Default: the call. */
  readonly description?: string;
  /** Jobs that have to finish first, at most 1,000. One that is not there (any more) counts as finished. */
  readonly dependsOn?: RqJobRef | readonly RqJobRef[];
  /** A dependency that failed counts, too. */
  readonly allowFailure?: boolean;
  /** At the front of the queue, also when it is enqueued later. */
  readonly atFront?: boolean;
  readonly meta?: Readonly<Record<string, unknown>>;
  /** How often it is tried again after it failed, and after how many seconds; a short list repeats its first. */
  readonly retry?: {
    readonly max: number;
    readonly intervals?: number | readonly number[];
    /** Ahead of the jobs that wait (RQ 2.8 or newer, or our worker). */
    readonly atFront?: boolean;
  };
  /** How often it runs again after it succeeded, and after how many seconds (RQ 2.3 or newer, or our worker). */
  readonly repeat?: { readonly times: number; readonly intervals?: number | readonly number[] };
  readonly onSuccess?: RqCallback;
  readonly onFailure?: RqCallback;
  readonly onStopped?: RqCallback;
  /** Requests that tell when it has finished, or failed for good (RQ 2.10 or newer, or our worker). */
  readonly webhooks?: readonly RqWebhook[];
  /** When it is to be enqueued; RQ keeps whole seconds. A scheduler has to run. */
  readonly at?: Date;
  /** In how many seconds it is to be enqueued. */
  readonly in?: RqSeconds;
  /** Answer DUPLICATE when a job of this `jobId` is there, instead of replacing it. */
  readonly unique?: boolean;
}

/** A job, or its id. */
export type RqJobRef = string | { readonly id: string };

/** A job ready to be written. */
export interface Prepared {
  readonly id: string;
  readonly plan: Readonly<Record<string, unknown>>;
  /** The job's hash: names and values; `created_at` first, which tells this job from an earlier one of its id. */
  readonly fields: readonly (string | number | Buffer)[];
}

const callback = (where: string, kind: string, value: RqCallback | undefined): readonly (string | number)[] => {
  if (value === undefined) return kind === 'stopped' ? [] : [`${kind}_callback_name`, ''];
  const name = `on${kind[0]?.toUpperCase()}${kind.slice(1)}`;
  const given = typeof value === 'string' ? { name: value } : check.options(where, name, value);
  const own = [`${kind}_callback_name`, check.text(where, name, given.name, 'the dotted path of a function')];
  if (!('timeout' in given) || given.timeout === undefined) return own;
  return [...own, `${kind}_callback_timeout`, duration(where, `${name}.timeout`, given.timeout, { min: 1 })];
};

/** Most jobs one may wait for: Redis looks at all of them in one step. */
const MOST = 1_000;

const parents = (where: string, own: string, given: RqEnqueueOptions['dependsOn']): readonly string[] => {
  if (given === undefined) return [];
  const refs = (Array.isArray(given) ? given : [given]) as readonly RqJobRef[];
  const ids = refs.map((ref) => jobId(where, 'dependsOn', typeof ref === 'object' && ref !== null ? ref.id : ref));
  if (ids.includes(own)) throw check.outOfRange(where, 'dependsOn', own, 'another job than the one enqueued');
  if (ids.length > MOST) throw check.outOfRange(where, 'dependsOn', ids, `at most ${MOST} jobs`);
  return [...new Set(ids)];
};

/** Refuses together what no worker would do together. */
const agree = (where: string, options: Partial<RqEnqueueOptions>): void => {
  if (options.at !== undefined && options.in !== undefined)
    throw check.wrongType(where, 'in', options.in, 'nothing beside `at`');
  if (options.dependsOn !== undefined && (options.at !== undefined || options.in !== undefined))
    throw check.wrongType(
      where,
      'dependsOn',
      options.dependsOn,
      'nothing beside `at` or `in`: RQ would not wait for it',
    );
  if (options.unique === true && options.jobId === undefined)
    throw check.wrongType(where, 'jobId', undefined, 'a string beside `unique`');
};

/**
 * A job's hash, checked: what would end a stock worker is refused here. Throws TypeError or RangeError naming
 * the option, and RqError SERIALIZER when a value has no form.
 */
export const prepare = (
  where: string,
  queue: { readonly name: string; readonly timeout: number; readonly serializer: RqSerializer },
  called: string | NamedFunction,
  given: RqEnqueueOptions | undefined,
): Prepared => {
  const options = check.options(where, 'options', given);
  const name: unknown = typeof called === 'function' ? called.func : called;
  const func = check.text(where, 'func', name, 'a dotted path such as "mylib.add", or a function made by job()');
  agree(where, options);
  const args = check.list(where, 'args', options.args ?? []);
  const kwargs = check.options(where, 'kwargs', options.kwargs);
  const id = options.jobId === undefined ? randomUUID() : jobId(where, 'jobId', options.jobId);
  const dependsOn = parents(where, id, options.dependsOn);
  const { resultTtl, failureTtl, ttl, retry, repeat, meta } = options;
  const { atFront = false, allowFailure, unique = false } = options;
  for (const [name, value] of Object.entries({ atFront, allowFailure: allowFailure ?? false, unique }))
    check.flag(where, name, value);
  const timeout = options.timeout === undefined ? queue.timeout : span(where, 'timeout', options.timeout);
  const description =
    options.description === undefined
      ? describeCall(func, args, kwargs)
      : check.text(where, 'description', options.description, 'a string');

  const fields: (string | number | Buffer)[] = ['created_at', stamp(new Date()), 'origin', queue.name];
  fields.push('description', description, 'timeout', timeout);
  fields.push('started_at', '', 'ended_at', '', 'last_heartbeat', '', 'worker_name', '');
  fields.push('data', encodeCall(queue.serializer, { func, args, kwargs }));
  fields.push(...callback(where, 'success', options.onSuccess), ...callback(where, 'failure', options.onFailure));
  fields.push(...callback(where, 'stopped', options.onStopped));
  if (resultTtl !== undefined) fields.push('result_ttl', duration(where, 'resultTtl', resultTtl, { min: -1 }));
  if (failureTtl !== undefined) fields.push('failure_ttl', duration(where, 'failureTtl', failureTtl, { min: -1 }));
  if (ttl !== undefined) fields.push('ttl', duration(where, 'ttl', ttl, { min: 1 }));
  if (meta !== undefined && Object.keys(check.options(where, 'meta', meta)).length > 0)
    fields.push('meta', encode(queue.serializer, 'meta', meta));
  if (dependsOn.length > 0)
    fields.push('dependency_ids', JSON.stringify(dependsOn), 'dependency_id', dependsOn[0] as string);
  if (allowFailure !== undefined) fields.push('allow_dependency_failures', allowFailure ? 1 : 0);
  if (atFront) fields.push('enqueue_at_front', 1);
  if (retry !== undefined) {
    const { max, intervals = 0, atFront: retryAtFront = false } = check.options(where, 'retry', retry);
    fields.push('retries_left', check.count(where, 'retry.max', max));
    fields.push('retry_intervals', JSON.stringify(positions(where, 'retry.intervals', intervals)));
    if (check.flag(where, 'retry.atFront', retryAtFront)) fields.push('enqueue_at_front_on_retry', 1);
  }
  if (repeat !== undefined) {
    const { times, intervals = 0 } = check.options(where, 'repeat', repeat);
    fields.push('repeats_left', check.count(where, 'repeat.times', times));
    fields.push('repeat_intervals', JSON.stringify(positions(where, 'repeat.intervals', intervals)));
  }
  if (options.webhooks !== undefined) fields.push('webhooks', printWebhooks(where, options.webhooks));
  return {
    id,
    fields,
    plan: {
      queue: queue.name,
      front: atFront,
      unique,
      parents: dependsOn,
      ...when(where, options),
      failureAllowed: allowFailure === true,
    },
  };
};

const when = (where: string, { at, in: after }: Partial<RqEnqueueOptions>) => {
  if (after !== undefined) return { after: duration(where, 'in', after, { min: 0 }) };
  if (at === undefined) return {};
  if (!(at instanceof Date) || Number.isNaN(at.getTime())) throw check.wrongType(where, 'at', at, 'a Date');
  return { at: Math.floor(at.getTime() / 1_000) };
};
