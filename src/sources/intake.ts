import type { Observable, Subject } from 'rxjs';
import type { Delivery, RetryRule, Supply, Taken } from '../broker/broker.ts';
import type { Codecs } from '../codecs/codecs.ts';
import type { QueueError } from '../errors.ts';
import type { QueueEvent } from '../events.ts';
import { type Consumer, unseen } from '../holding.ts';
import type { Ledger } from '../ledger.ts';
import { Task } from '../task.ts';
import { Bell } from './bell.ts';

export interface IntakeOptions {
  readonly broker: Supply;
  readonly ledger: Ledger;
  readonly codecs: Codecs;
  readonly events: Subject<QueueEvent>;
  /** ms */
  readonly lease: number;
}

/** Most tasks per script: larger batches lose more to parsing than they save in round trips. */
export const MOST = 250;

/** Nothing fails that nobody has seen. */
const NO_FAILURES: RetryRule = { limit: Number.POSITIVE_INFINITY, window: 0 };

/** How tasks come in, whoever asks: taken in batches, decoded, and entered in the ledger. */
export class Intake<T> {
  readonly bell: Bell;
  readonly #options: IntakeOptions;

  constructor(options: IntakeOptions) {
    this.#options = options;
    this.bell = new Bell(options.broker);
  }

  get scheduler(): Supply['scheduler'] {
    return this.#options.broker.scheduler;
  }

  take(count: number, patience: number): Observable<Taken> {
    const { broker, lease } = this.#options;
    return broker.take(count, lease, patience);
  }

  /** Tells what was wrong with what was taken. */
  report({ missing, buried }: Taken): void {
    for (const id of missing) this.#options.events.next({ type: 'missing', id });
    for (const each of buried) this.#options.events.next({ type: 'dead', reason: 'too-old', ...each });
  }

  /** The task of a delivery, held from now on; undefined when it cannot be decoded and dies instead. */
  open(delivery: Delivery, consumer?: Consumer): Task<T> | undefined {
    const { ledger, codecs, events } = this.#options;
    const holding = ledger.hold(delivery, consumer);
    try {
      const task = new Task(holding, codecs.decode(delivery.codec, delivery.body) as T, ledger);
      holding.task = task;
      return task;
    } catch (thrown) {
      const error = thrown as QueueError;
      events.next({ type: 'undecodable', id: delivery.id, error });
      ledger.settle(holding, { kind: 'kill', dead: 'undecodable', reason: error }, () => {});
      return undefined;
    }
  }

  /** Hands back what nobody has seen, its taker having left: at once, in order, to the front. */
  giveBack(deliveries: readonly Delivery[]): void {
    const { broker, events } = this.#options;
    // The last ones first: each batch goes in front of the one before.
    for (let end = deliveries.length; end > 0; end -= 1_000) {
      const batch = deliveries.slice(Math.max(end - 1_000, 0), end).map(unseen);
      broker.settle(batch, NO_FAILURES, Number.POSITIVE_INFINITY).subscribe({
        error: (error: Error) => events.next({ type: 'error', during: 'hand back', error }),
      });
    }
  }
}
