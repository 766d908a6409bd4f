import type { ObservableInput, ObservedValueOf, OperatorFunction } from 'rxjs';
import * as check from '../check.ts';
import { Crew, type Work, type WorkContext } from '../crew.ts';
import { type Flow, operate, type PayloadOf, type ValueOf, type WorkIn } from '../stream.ts';
import type { Settlement, Task } from '../task.ts';
import type { TaskBatch } from '../taskBatch.ts';

export interface AckOnCompleteConfig {
  /** How many works may run at once; `Infinity` for no limit. Default 1: one after the other. */
  readonly concurrency?: number;
  /** Milliseconds a work may take before its task fails. Default: as long as it likes. */
  readonly timeout?: number;
}

/**
 * Runs `work` for each task, or each batch, and settles it by how the work ends.
 *
 *     tasks   -a----b--|
 *     work a   --|
 *     work b        -#
 *     out     ---A---B-|     ackOnComplete(({ id }) => work[id]), A = ack a, B = fail b: boom
 *
 * Works start in order of arrival, at most `concurrency` at once. A work is what `from` takes: an
 * Observable, a promise, an iterable; one that is cut short is unsubscribed and its `signal` aborts.
 *
 * Emits      an `ack` with the work's last value, if it had one, when it completes; a `fail` with the error
 *            as its reason when it errors, throws, is no ObservableInput, or is not done within `timeout`:
 *            it is then cut short and its place is free. For a batch, one settlement per task, in order.
 *            Settlements already in the stream pass through at once and take no place.
 * Completes  with the source, after the last work.
 * Errors     the source's error, at once; works under way are cut short and their tasks stay unsettled.
 * Throws     TypeError or RangeError at call time when `work`, `concurrency` or `timeout` is not what it should be.
 * Source     `mergeMap`, and `block` in saferedisqueue's and aioredisqueue's README: acknowledge after it, fail on its error.
 */
export function ackOnComplete<In extends Flow, O extends ObservableInput<unknown>>(
  work: (item: NoInfer<WorkIn<In>>, context: WorkContext) => O,
  config?: AckOnCompleteConfig,
): OperatorFunction<In, Settlement<PayloadOf<In>, ObservedValueOf<O> | ValueOf<In>>>;
// On its own, outside a pipe, the work alone says what it takes.
export function ackOnComplete<Item extends Task | TaskBatch, O extends ObservableInput<unknown>>(
  work: (item: Item, context: WorkContext) => O,
  config?: AckOnCompleteConfig,
): OperatorFunction<Item | Settlement<PayloadOf<Item>, never>, Settlement<PayloadOf<Item>, ObservedValueOf<O>>>;
export function ackOnComplete(work: Work, config?: AckOnCompleteConfig): OperatorFunction<Flow, Settlement> {
  const { concurrency, timeout } = workConfig('ackOnComplete', work, config);
  return operate((out) => new Crew(work, concurrency, timeout, out));
}

/** Defaults filled in, for whoever takes a work. Throws TypeError or RangeError naming `where`. */
export const workConfig = (where: string, work: unknown, given: AckOnCompleteConfig | undefined) => {
  check.callable(where, 'work', work);
  const { concurrency = 1, timeout = Number.POSITIVE_INFINITY } = check.options(where, 'config', given);
  check.count(where, 'concurrency', concurrency, { min: 1, unlimited: true });
  check.milliseconds(where, 'timeout', timeout, { min: 1, max: check.LONGEST, unlimited: true });
  return { concurrency, timeout };
};
