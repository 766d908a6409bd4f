import { Observable, type Subscriber, type Subscription } from 'rxjs';
import type { Supply } from '../broker/broker.ts';
import { LONGEST } from '../check.ts';

/**
 * Where idle consumers of one queue wait for work: one of them waits in Redis for all.
 * A wake-up serves the one that waited longest; if its take leaves work behind, Redis rings again.
 */
export class Bell {
  readonly #broker: Supply;
  readonly #waiters = new Set<Subscriber<void>>();
  #listening: Subscription | undefined;

  constructor(broker: Supply) {
    this.#broker = broker;
  }

  /** Emits once and completes when it is time to look: after a wake-up, or in `dueIn` ms. Errors when Redis refuses. */
  wait(dueIn?: number): Observable<void> {
    return new Observable((waiter) => {
      this.#waiters.add(waiter);
      waiter.add(() => this.#waiters.delete(waiter));
      if (dueIn !== undefined)
        waiter.add(this.#broker.scheduler.schedule(() => ring(waiter), Math.min(dueIn, LONGEST)));
      this.#listen();
    });
  }

  close(): void {
    this.#listening?.unsubscribe();
    this.#waiters.clear();
  }

  #listen(): void {
    if (this.#listening !== undefined || this.#waiters.size === 0) return;
    this.#listening = this.#broker.wait().subscribe({
      next: () => {
        this.#listening = undefined;
        const [first] = this.#waiters;
        // Everybody left while it rang: the work is for another process.
        if (first === undefined) this.#broker.nudge().subscribe({ error: () => {} });
        else ring(first);
        this.#listen();
      },
      error: (error: unknown) => {
        this.#listening = undefined;
        for (const waiter of [...this.#waiters]) waiter.error(error);
      },
    });
  }
}

const ring = (waiter: Subscriber<void>): void => {
  waiter.next();
  waiter.complete();
};
