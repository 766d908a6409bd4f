import * as check from './check.ts';

export interface FailOptions {
  /** Default `back`. `front` is served next, at once unless `delay` says otherwise. */
  readonly at?: 'front' | 'back';
  /** Milliseconds until the next delivery; default: the backoff of the queue's retry policy. */
  readonly delay?: number;
}

/** The options as they were given, once they are known to be in order. Throws TypeError or RangeError. */
export const failOptions = (where: string, given: FailOptions | undefined): FailOptions => {
  const { at, delay } = check.options(where, 'options', given);
  if (at !== undefined) check.oneOf(where, 'at', at, ['front', 'back']);
  if (delay !== undefined) check.milliseconds(where, 'delay', delay);
  return { ...(at !== undefined && { at }), ...(delay !== undefined && { delay }) };
};
