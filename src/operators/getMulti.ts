import { asyncScheduler, type OperatorFunction, type Subscription } from 'rxjs';
import * as check from '../check.ts';
import { type Flow, operate, type PayloadOf, type SettlementIn } from '../stream.ts';
import { isSettlement, type Settlement, type Task } from '../task.ts';
import { TaskBatch } from '../taskBatch.ts';

export interface GetMultiConfig {
  /** The most tasks in a batch. More than the `prefetch` of the source can never come together. */
  readonly max: number;
  /**
   * Milliseconds the first task of a batch waits for company. Default 0: until the source pauses.
   * `Infinity`: until the batch is full, however long that takes.
   */
  readonly within?: number;
}

/**
 * Groups tasks into batches, waiting `within` for company but never beyond `max`.
 *
 *     tasks   -a-b-c---d------|
 *     out     -----x--------y-|     getMulti({ max: 3, within: 5 }), x = [a b c], y = [d]
 *
 * Emits      batches of 1..max tasks in order of arrival; each task exactly once; never an empty batch.
 *            Batches already in the stream are regrouped; settlements pass through at once, ahead of the open batch.
 * Completes  with the source, after the open batch.
 * Errors     the source's error, at once; the open batch is dropped and its tasks stay unsettled.
 * Throws     RangeError at call time when `max` is not a whole number of 1 or more, or `within` is negative.
 * Source     `get_multi` in aioredisqueue's README, "What can change soon".
 */
export function getMulti<In extends Flow>(
  config: GetMultiConfig,
): OperatorFunction<In, TaskBatch<PayloadOf<In>> | SettlementIn<In>>;
export function getMulti(config: GetMultiConfig): OperatorFunction<Flow, TaskBatch | Settlement> {
  const { max, within = 0 } = check.options('getMulti', 'config', config);
  check.count('getMulti', 'max', max);
  check.milliseconds('getMulti', 'within', within, { max: check.LONGEST, unlimited: true });

  return operate((out) => {
    let open: Task[] = [];
    let window: Subscription | undefined;
    out.add(() => window?.unsubscribe());

    const close = () => {
      window?.unsubscribe();
      const tasks = open;
      open = [];
      out.next(new TaskBatch(tasks));
    };
    const add = (task: Task) => {
      open.push(task);
      if (open.length === max) close();
      else if (open.length === 1 && within !== Number.POSITIVE_INFINITY)
        window = asyncScheduler.schedule(close, within);
    };
    return {
      next(value) {
        if (isSettlement(value)) out.next(value);
        else if (value instanceof TaskBatch) value.tasks.forEach(add);
        else add(value);
      },
      complete() {
        if (open.length > 0) close();
        out.complete();
      },
    };
  });
}
