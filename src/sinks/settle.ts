import { Observable, type OperatorFunction, type Subscriber } from 'rxjs';
import * as check from '../check.ts';
import type { QueueErrorCode } from '../errors.ts';
import { type Answer, DEAD_REASONS, holderOf, type Settled, type Settlement, Task } from '../task.ts';

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
  <R>(): OperatorFunction<Settlement<unknown, R>, Settled<R>> =>
  (source) =>
    new Observable((out) => {
      const sink = new Sink(out);
      out.add(source.subscribe(sink));
    });

class Sink<R> {
  readonly #out: Subscriber<Settled<R>>;
  #open = 0;
  #end: (() => void) | undefined;

  constructor(out: Subscriber<Settled<R>>) {
    this.#out = out;
  }

  next(settlement: Settlement<unknown, R>): void {
    try {
      checkSettlement(settlement);
    } catch (error) {
      return this.#out.error(error);
    }
    const [holder, held] = holderOf(settlement.task);
    this.#open++;
    holder.settle(held, settlement, this.#heard);
  }

  error(error: unknown): void {
    this.#finish(() => this.#out.error(error));
  }

  complete(): void {
    this.#finish(() => this.#out.complete());
  }

  #finish(end: () => void): void {
    this.#end = end;
    if (this.#open === 0) end();
  }

  // One function for all settlements: this is the hot path.
  readonly #heard: Answer = (error, id, { kind, value, reason }) => {
    this.#open--;
    if (error !== undefined && !HARMLESS.has(error.code)) return this.#out.error(error);
    const settled: { -readonly [K in keyof Settled<R>]: Settled<R>[K] } = {
      id,
      kind,
      ok: error === undefined || error.code === 'REPLICAS',
    };
    if (value !== undefined) settled.value = value as R;
    if (reason !== undefined) settled.reason = reason;
    this.#out.next(settled);
    if (this.#open === 0) this.#end?.();
  };
}

/** Too late, or short of replicas, which `events` tells: no reason to stop the others. */
const HARMLESS: ReadonlySet<QueueErrorCode> = new Set(['STALE', 'CLOSED', 'REPLICAS']);

const checkSettlement = (value: Settlement): void => {
  if (!(value?.task instanceof Task))
    throw check.wrongType('settle', 'what the stream emits', value, 'a settlement: { task, kind, … }');
  check.oneOf('settle', 'kind', value.kind, ['ack', 'fail', 'release', 'kill']);
  if (value.delay !== undefined) check.milliseconds('settle', 'delay', value.delay);
  if (value.at !== undefined) check.oneOf('settle', 'at', value.at, ['front', 'back']);
  if (value.dead !== undefined) check.oneOf('settle', 'dead', value.dead, DEAD_REASONS);
};
