import { Observable, type OperatorFunction } from 'rxjs';
import * as check from '../check.ts';
import { holderOf, type Settled, type Settlement } from '../task.ts';

const KINDS = ['ack', 'fail', 'release', 'kill'] as const;

/**
 * The ack sink: writes settlements to Redis, batched, in one idempotent step, through the queue each task came from.
 *
 *     in      -(ab)--c--|
 *     out     -(AB)--C--|     as Redis answers
 *
 * Emits      one Settled per settlement, as its batch is answered; `ok: false` when it came too late.
 * Completes  after the source, once every settlement is answered.
 * Errors     the source's error, once the settlements before it are answered; a QueueError when Redis refuses for good;
 *            a TypeError when something in the stream is no settlement. A Redis that is away is waited for.
 * Redis      one script per 250 settlements of one turn of the event loop.
 */
export const settle =
  <T, R>(): OperatorFunction<Settlement<T, R>, Settled<R>> =>
  (source) =>
    new Observable((out) => {
      let open = 0;
      let end: (() => void) | undefined;
      const ended = (then: () => void): void => {
        end = then;
        if (open === 0) then();
      };
      const subscription = source.subscribe({
        next: (settlement) => {
          if (!isInOrder(settlement, (error) => out.error(error))) return;
          const { task, kind, value, reason } = settlement;
          const [holder, held] = holderOf(task);
          open++;
          holder.settle(held, settlement, (error) => {
            open--;
            if (error !== undefined && error.code !== 'STALE' && error.code !== 'CLOSED') return out.error(error);
            const settled: Settled<R> = { id: task.id, kind, ok: error === undefined };
            if (value !== undefined) Object.assign(settled, { value });
            if (reason !== undefined) Object.assign(settled, { reason });
            out.next(settled);
            if (open === 0) end?.();
          });
        },
        error: (error: unknown) => ended(() => out.error(error)),
        complete: () => ended(() => out.complete()),
      });
      out.add(subscription);
    });

/** Whether it is a settlement that can be written; else `refuse` hears what is wrong with it. */
const isInOrder = (value: Settlement, refuse: (error: unknown) => void): boolean => {
  try {
    if (typeof value !== 'object' || value === null || !('task' in value))
      throw check.wrongType('settle', 'what the stream emits', value, 'a settlement: { task, kind, … }');
    check.oneOf('settle', 'kind', value.kind, KINDS);
    if (value.delay !== undefined) check.milliseconds('settle', 'delay', value.delay);
    if (value.at !== undefined) check.oneOf('settle', 'at', value.at, ['front', 'back']);
    return true;
  } catch (error) {
    refuse(error);
    return false;
  }
};
