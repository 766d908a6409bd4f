import type { Subject, Subscription } from 'rxjs';
import type { Broker } from '../broker/broker.ts';
import { asQueueError } from '../errors.ts';
import type { QueueEvent } from '../events.ts';

export interface SweeperOptions {
  readonly broker: Broker;
  readonly events: Subject<QueueEvent>;
  /** ms */
  readonly lease: number;
  /** ms; null: never. */
  readonly every: number | null;
}

/** Returns expired leases now and then, from the first time this process consumes. Any number of processes may. */
export class Sweeper {
  readonly #options: SweeperOptions;
  #next: Subscription | undefined;

  constructor(options: SweeperOptions) {
    this.#options = options;
  }

  /** Begins, unless it has begun. */
  begin(): void {
    const { broker, every } = this.#options;
    if (every !== null) this.#next ??= broker.scheduler.schedule(() => this.#sweep(every), 0);
  }

  end(): void {
    this.#next?.unsubscribe();
  }

  #sweep(every: number): void {
    const { broker, events, lease } = this.#options;
    const again = (): void => {
      if (this.#next?.closed === false) this.#next = broker.scheduler.schedule(() => this.#sweep(every), every);
    };
    broker.handBack({ which: 'expired', olderThan: 0, at: 'front', lease }).subscribe({
      next: (count) => {
        if (count > 0) events.next({ type: 'swept', count });
      },
      error: (error: unknown) => {
        events.next({ type: 'error', during: 'sweep', error: asQueueError(error) });
        again();
      },
      complete: again,
    });
  }
}
