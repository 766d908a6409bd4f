import { type Backoff, defaultBackoff, delayOf } from './backoff.ts';
import type { RetryRule } from './broker/broker.ts';
import { type Connection, checkConnection, DEFAULT_URL } from './broker/connection.ts';
import type { Replicas } from './broker/replicated.ts';
import * as check from './check.ts';
import type { Codec } from './codecs/codec.ts';

export interface RetryPolicy {
  /** Failures a task may have; one more, and it is a dead letter. Default 20; Infinity: never. */
  readonly limit?: number;
  /** ms: with it, a task past the limit is given up only once its first failure is longer ago than this. */
  readonly window?: number;
  /** How long a failed task waits. Default: 1 s, doubling up to 1 h, with jitter. */
  readonly backoff?: Backoff;
}

/**
 * A call that changes the queue (put, settlements, remove, pause, purge, dead.replay …) answers once `count` replicas
 * have the change; too few within `timeout`: REPLICAS, and the change stays all the same. What only concerns leases
 * (taking, extending, sweeping) waits for nobody: a failover that forgets a lease costs a second delivery, no task.
 */
export interface ReplicasOptions {
  /** Replicas that must confirm, 1 or more. */
  readonly count: number;
  /** ms to wait for them. */
  readonly timeout: number;
}

export interface QueueOptions<T = unknown> {
  /** A URL, options for ioredis, or a client of ioredis, which is used and never closed. Default $REDIS_URL, else redis://127.0.0.1:6379. */
  readonly connection?: Connection;
  /** What all keys begin with. Default `millrace`. */
  readonly prefix?: string;
  /** How payloads are written: a codec, one for any payload, or the name of a known one. Reading needs no option. Default `json`. */
  readonly codec?: string | Codec<T> | Codec<unknown>;
  /** How long a delivered task is held for its consumer, ms; renewed while the process lives. Default 30,000. */
  readonly lease?: number;
  /** Most tasks waiting, ready and delayed: `put` waits for room, `putNowait` answers FULL. Default: any number. */
  readonly maxItems?: number;
  /** ms: a task put longer ago than this, delays included, is dead-lettered as `too-old` instead of being delivered. Default: none is. */
  readonly maxAge?: number;
  readonly retry?: RetryPolicy;
  /** Waits for so many replicas after each write. Default none; kept in memory a queue has none, and waits for none. */
  readonly replicas?: ReplicasOptions;
  /** How often this process returns expired leases, ms. Default lease / 2; null: never. */
  readonly sweepEvery?: number | null;
  /** How long a call waits for an unreachable Redis before it answers CONNECTION, ms. Default 10,000. */
  readonly patience?: number;
}

export interface Settings {
  readonly connection: Connection;
  readonly prefix: string;
  readonly codec: string | Codec;
  readonly lease: number;
  readonly maxItems: number | undefined;
  readonly maxAge: number | undefined;
  readonly rule: RetryRule;
  readonly backoff: (failures: number) => number;
  readonly sweepEvery: number | null;
  readonly patience: number;
  readonly replicas: Replicas | undefined;
}

const checkKeys = (where: string, prefix: string, queue: string): void => {
  // Redis Cluster hashes what stands between the first braces; with nothing there, a queue's keys would scatter.
  if (/^[^{]*\{\}/.test(prefix)) throw check.outOfRange(where, 'prefix', prefix, 'a prefix without "{}"');
  if (/^[^{]*\{\}/.test(`${prefix}:{${queue}}`))
    throw check.outOfRange(where, 'name', queue, 'a name that does not begin with "}"');
};

const checkReplicas = (where: string, replicas: ReplicasOptions | undefined): Replicas | undefined => {
  if (replicas === undefined) return undefined;
  const { count, timeout } = check.options(where, 'replicas', replicas);
  return {
    count: check.count(where, 'replicas.count', count),
    // Redis takes whole milliseconds, and 0 for ever.
    timeout: Math.ceil(check.milliseconds(where, 'replicas.timeout', timeout, { min: 1, max: check.LONGEST })),
  };
};

const checkCodec = (where: string, codec: unknown): string | Codec => {
  const expected = 'the name of a codec, or { name, encode, decode }';
  if (typeof codec === 'string') return check.text(where, 'codec', codec, expected);
  if (typeof codec !== 'object' || codec === null) throw check.wrongType(where, 'codec', codec, expected);
  const { name, encode, decode, encodeText } = codec as Partial<Codec>;
  check.text(where, 'codec.name', name);
  if (/\s/.test(name ?? '')) throw check.outOfRange(where, 'codec.name', name, 'a name without white space');
  check.callable(where, 'codec.encode', encode);
  check.callable(where, 'codec.decode', decode);
  if (encodeText !== undefined) check.callable(where, 'codec.encodeText', encodeText);
  return codec as Codec;
};

/** What a queue works with: every option checked, every default filled in. Throws TypeError or RangeError. */
export const settings = (where: string, queue: string, given: QueueOptions | undefined): Settings => {
  check.text(where, 'name', queue);
  if (Reflect.get(check.options(where, 'options', given), 'unique') !== undefined)
    throw new TypeError(`${where}: unique is an option of UniqueQueue`);
  const {
    connection = process.env.REDIS_URL || DEFAULT_URL,
    prefix = 'millrace',
    codec = 'json',
    lease = 30_000,
    maxItems,
    maxAge,
    retry,
    replicas,
    patience = 10_000,
    ...rest
  } = check.options(where, 'options', given);
  check.text(where, 'prefix', prefix);
  checkKeys(where, prefix, queue);
  check.milliseconds(where, 'lease', lease, { min: 1, max: check.LONGEST });
  if (maxItems !== undefined) check.count(where, 'maxItems', maxItems);
  if (maxAge !== undefined) check.milliseconds(where, 'maxAge', maxAge, { min: 1 });
  const { sweepEvery = Math.max(lease / 2, 1) } = rest;
  if (sweepEvery !== null) check.milliseconds(where, 'sweepEvery', sweepEvery, { min: 1, max: check.LONGEST });
  check.milliseconds(where, 'patience', patience, { max: check.LONGEST });
  const { limit = 20, window = 0, backoff = defaultBackoff } = check.options(where, 'retry', retry);
  check.count(where, 'retry.limit', limit, { min: 0, unlimited: true });
  check.milliseconds(where, 'retry.window', window);
  return {
    connection: checkConnection(where, connection),
    prefix,
    codec: checkCodec(where, codec),
    lease,
    maxItems,
    maxAge,
    rule: { limit, window },
    backoff: delayOf(backoff, { where, name: 'retry.backoff' }),
    sweepEvery,
    patience,
    replicas: checkReplicas(where, replicas),
  };
};
