import { type MonoTypeOperatorFunction, map } from 'rxjs';
import { type Backoff, delayOf } from '../backoff.ts';
import type { Flow } from '../stream.ts';
import { isSettlement, type Settlement } from '../task.ts';

/**
 * Gives failures their delay: how long until the task is tried again.
 *
 *     settled -A-B-C-|      A = ack a, B = fail b (its first failure), C = fail c (its third)
 *     out     -A-b-c-|      backoff({ kind: 'exponential', base: 10 }), b = fail b in 10 ms, c = fail c in 40 ms
 *
 * The policy is asked with the number of failures, this one included. Without this operator, or where it
 * has no say, the queue's own retry policy sets the delay.
 *
 * Emits      each `fail` that has no `delay` and does not go to the front, with its delay; all else as it is.
 *            Where a policy function throws, or gives anything but milliseconds, no task is lost and the stream
 *            goes on: that `fail` leaves the delay to the queue, and its reason, an Error with the first one
 *            as its cause, says so.
 * Completes  with the source.
 * Errors     the source's error, at once.
 * Throws     TypeError or RangeError at call time when the policy is not one.
 * Source     `Backoff`, as the queue's own retry policy has it.
 */
export function backoff<In extends Flow>(policy: Backoff): MonoTypeOperatorFunction<In>;
export function backoff(policy: Backoff): MonoTypeOperatorFunction<Flow> {
  const delayAfter = delayOf(policy);
  return map((value) => {
    if (!isSettlement(value) || value.kind !== 'fail' || value.delay !== undefined || value.at === 'front')
      return value;
    try {
      return { ...value, delay: delayAfter(value.task.failures + 1) };
    } catch (error) {
      return { ...value, reason: both(value, error) };
    }
  });
}

const message = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const both = ({ reason }: Settlement, error: unknown): Error => {
  const said = message(error);
  const why = said.startsWith('backoff:') ? said : `backoff: the policy threw ${said}`;
  return reason === undefined ? new Error(why) : new Error(`${message(reason)} (${why})`, { cause: reason });
};
