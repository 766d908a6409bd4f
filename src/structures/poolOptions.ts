import type { Backoff } from '../backoff.ts';
import * as check from '../check.ts';
import { type QueueOptions, type Settings, settings } from '../queueOptions.ts';

export interface PoolOptions<T = unknown>
  extends Pick<QueueOptions<T>, 'connection' | 'prefix' | 'codec' | 'replicas' | 'patience'> {
  /** How long a member is held for its consumer, from its delivery, ms; renewed while the process lives. Default 600,000: 10 min. */
  readonly lease?: number;
  /** How long after an ack a member is due again, ms. Default 129,600,000: 36 h. */
  readonly every?: number;
  readonly retry?: {
    /** How long a member that failed waits. Default: 1 s, doubling up to 1 h, with jitter. */
    readonly backoff?: Backoff;
  };
}

export interface PoolSettings extends Settings {
  readonly every: number;
}

const KNOWN: readonly string[] = [
  'connection',
  'prefix',
  'codec',
  'replicas',
  'patience',
  'lease',
  'every',
  'retry',
] satisfies (keyof PoolOptions)[];

const known = (where: string, options: object, names: readonly string[]): void => {
  for (const [name, value] of Object.entries(options))
    if (value !== undefined && !names.includes(name))
      throw new TypeError(`${where}${name} is not an option of a pool, which has ${names.join(', ')}`);
};

/** What a pool works with: every option checked, every default filled in. Throws TypeError or RangeError. */
export const poolSettings = (pool: string, given: PoolOptions | undefined): PoolSettings => {
  const { every = 129_600_000, lease = 600_000, retry, ...rest } = check.options('Pool', 'options', given);
  const { backoff } = check.options('Pool', 'retry', retry);
  known('Pool: ', given ?? {}, KNOWN);
  known('Pool: retry.', retry ?? {}, ['backoff']);
  check.milliseconds('Pool', 'every', every);
  // Nothing is ever given up for its failures, and leases end by themselves.
  const always = { limit: Number.POSITIVE_INFINITY, ...(backoff !== undefined && { backoff }) };
  return { ...settings('Pool', pool, { ...rest, lease, retry: always, sweepEvery: null }), every };
};
