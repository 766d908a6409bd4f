import * as check from './check.ts';

export interface BackoffConfig {
  /** `fixed`: base each time. `linear`: base, 2 base, 3 base … `exponential`: base, 2 base, 4 base … */
  readonly kind: 'fixed' | 'linear' | 'exponential';
  /** Milliseconds after the first failure. */
  readonly base: number;
  /** Milliseconds it never exceeds. Default one day, or `base` where that is longer. */
  readonly max?: number;
  /**
   * The share of each delay that is left to chance, 0 to 1: 0.5 gives between half of the delay and all of it.
   * `true` is 1, between nothing and all ("full jitter"). Default none.
   */
  readonly jitter?: boolean | number;
}

/** How long a failed task waits: always so many milliseconds, a function of its failures (1 the first time), or a curve. */
export type Backoff = number | ((failures: number) => number) | BackoffConfig;

const DAY = 86_400_000;

/** What a queue does when not told otherwise: 1 s, doubling up to 1 h, the upper half of each left to chance. */
export const defaultBackoff: BackoffConfig = { kind: 'exponential', base: 1_000, max: 3_600_000, jitter: 0.5 };

const growth: Record<BackoffConfig['kind'], (failures: number) => number> = {
  fixed: () => 1,
  linear: (failures) => failures,
  // Not beyond what a double holds: 0 * Infinity is NaN.
  exponential: (failures) => 2 ** Math.min(failures - 1, 1023),
};

/**
 * The policy as a function: whole milliseconds to wait after so many failures, 1 for the first.
 *
 * Throws   TypeError or RangeError at call time when the policy is not one; when a policy function gives
 *          anything but milliseconds, the function returned throws the same, naming the number of failures.
 * Source   the names and the sum of "Exponential Backoff And Jitter", AWS Architecture Blog.
 */
export const delayOf = (
  policy: Backoff,
  {
    where = 'backoff',
    name = 'policy',
    random = Math.random,
  }: { where?: string; name?: string; random?: () => number } = {},
): ((failures: number) => number) => {
  if (typeof policy === 'function')
    return (failures) => Math.round(check.milliseconds(where, `${name}(${failures})`, policy(failures)));
  if (typeof policy === 'number') {
    const delay = Math.round(check.milliseconds(where, name, policy));
    return () => delay;
  }
  if (typeof policy !== 'object' || policy === null || Array.isArray(policy))
    throw check.wrongType(
      where,
      name,
      policy,
      'milliseconds, a function of the failures, or { kind, base, max?, jitter? }',
    );

  const kind = check.oneOf(where, `${name}.kind`, policy.kind, ['fixed', 'linear', 'exponential']);
  const base = check.milliseconds(where, `${name}.base`, policy.base);
  const { max = Math.max(DAY, base), jitter = false } = policy;
  check.milliseconds(where, `${name}.max`, max, { min: base });
  const chance = typeof jitter === 'boolean' ? Number(jitter) : share(where, `${name}.jitter`, jitter);
  return (failures) => Math.round(Math.min(base * growth[kind](failures), max) * (1 - chance * random()));
};

const share = (where: string, name: string, value: unknown): number => {
  const expected = 'true, false or a share, 0 to 1';
  if (typeof value !== 'number') throw check.wrongType(where, name, value, expected);
  if (!(value >= 0 && value <= 1)) throw check.outOfRange(where, name, value, expected);
  return value;
};
