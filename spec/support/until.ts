import { setTimeout as sleep } from 'node:timers/promises';

export interface UntilOptions {
  /** What is waited for, in words, for the one who reads the failure. */
  readonly what?: string;
  /** ms until it fails. Default 20,000: the machine may be busy. */
  readonly within?: number;
  /** ms between two looks. Default 5. */
  readonly every?: number;
}

/** Resolves with the first answer that is not false, null or undefined. For what tells no event: the state of Redis. */
export const until = async <T>(
  condition: () => T | Promise<T>,
  { what = condition.toString(), within = 20_000, every = 5 }: UntilOptions = {},
): Promise<NonNullable<Exclude<T, false>>> => {
  const deadline = performance.now() + within;
  for (;;) {
    const answer = await condition();
    if (answer !== false && answer !== null && answer !== undefined) return answer as NonNullable<Exclude<T, false>>;
    if (performance.now() > deadline) throw new Error(`not within ${within} ms: ${what}`);
    await sleep(every);
  }
};
