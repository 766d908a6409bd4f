import type { OperatorFunction } from 'rxjs';
import * as check from '../check.ts';
import { type Flow, operate, type PayloadOf } from '../stream.ts';
import { isSettlement, type Settlement, type Task } from '../task.ts';
import { TaskBatch } from '../taskBatch.ts';

export interface RetryLimitConfig {
  /** The most failures a task may have and be tried again. 0: never again; `Infinity`: no limit. */
  readonly limit: number;
  /**
   * Milliseconds a task may go on failing, however often: past the limit, it is tried again until its first
   * failure is longer ago than this. Default: the limit alone decides.
   */
  readonly window?: number;
  /**
   * The most deliveries, whatever became of them: a task that takes its process down never gets to fail.
   * Default: no limit. Hand-backs count as well, so leave room for them.
   */
  readonly deliveries?: number;
}

/**
 * Takes tasks that have failed too often out of the stream, as `kill` settlements.
 *
 *     tasks   -a-b-c-|      failures: a 0, b 2, c 3
 *     out     -a-b-C-|      retryLimit({ limit: 2 }), C = kill c: failed 3 times, the limit is 2
 *
 * A task is past the limit when it has failed more than `limit` times and, with a `window`, its first failure
 * is longer ago than that: both, so a burst of failures within the window is forgiven. The queue's own
 * retry policy goes on counting; whichever is reached first decides.
 *
 * Emits      every task that is not past the limit, unchanged; for the others a `kill`, filed under
 *            `retry-limit`. From a batch the kills leave first, then a batch of the rest, if there is any.
 *            Settlements already in the stream pass through.
 * Completes  with the source.
 * Errors     the source's error, at once.
 * Throws     TypeError or RangeError at call time when a limit is not a whole number or the window is negative.
 * Source     `can_rollback_item` in aio-py-rq: more than `max_retry` and longer than `max_timeout`, both strict.
 */
export function retryLimit<In extends Flow>(
  config: RetryLimitConfig,
): OperatorFunction<In, In | Settlement<PayloadOf<In>, never>>;
export function retryLimit(config: RetryLimitConfig): OperatorFunction<Flow, Flow> {
  const given = check.options('retryLimit', 'config', config);
  const limit = check.count('retryLimit', 'limit', given.limit, { min: 0, unlimited: true });
  const { window, deliveries = Number.POSITIVE_INFINITY } = given;
  if (window !== undefined) check.milliseconds('retryLimit', 'window', window);
  check.count('retryLimit', 'deliveries', deliveries, { min: 1, unlimited: true });

  const excess = ({ failures, failingFor, deliveries: delivered }: Task): string | undefined => {
    if (delivered > deliveries) return `delivered ${delivered} times, the limit is ${deliveries}`;
    if (!(failures > limit)) return undefined;
    if (window === undefined) return `failed ${failures} times, the limit is ${limit}`;
    if (!(failingFor > window)) return undefined;
    return `failed ${failures} times in ${failingFor} ms, the limit is ${limit} in ${window} ms`;
  };

  return operate((out) => {
    const spare = (task: Task): boolean => {
      const reason = excess(task);
      if (reason !== undefined) out.next({ task, kind: 'kill', reason, dead: 'retry-limit' });
      return reason === undefined;
    };
    return {
      next(value) {
        if (isSettlement(value)) return out.next(value);
        if (!(value instanceof TaskBatch)) return void (spare(value) && out.next(value));
        const spared = value.tasks.filter(spare);
        if (spared.length === value.length) out.next(value);
        else if (spared.length > 0) out.next(new TaskBatch(spared));
      },
      complete: () => out.complete(),
    };
  });
}
