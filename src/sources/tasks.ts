import { Observable, type Subscriber } from 'rxjs';
import type { Taken } from '../broker/broker.ts';
import { asQueueError } from '../errors.ts';
import type { Task } from '../task.ts';
import { type Intake, MOST } from './intake.ts';

/**
 * A queue as a stream. One subscription is one consumer with `prefetch` credits: a delivery takes one, its
 * settlement gives it back, and more is fetched only while at least half are free. That is the backpressure.
 *
 *     queue   ab-----c--
 *     settled ---a-b----
 *     out     ab-----c--     prefetch: 2
 *
 * Emits      tasks, oldest first; each is leased to this consumer until it is settled.
 * Completes  when the queue is closed.
 * Errors     with a QueueError when nothing can mend it: a wrong password, no permission, keys of another layout.
 *            A lost connection is none of these: it goes on once Redis is back.
 * Redis      one take per batch; when there is nothing, one blocking pop per 10 s.
 */
export const tasks = <T>(intake: Intake<T>, prefetch: number): Observable<Task<T>> =>
  new Observable((out) => {
    const feed = new Feed(intake, prefetch, out);
    feed.look();
  });

class Feed<T> {
  readonly #intake: Intake<T>;
  readonly #out: Subscriber<Task<T>>;
  readonly #enough: number;
  #credits: number;
  #busy = false;
  /** What the last take left: nothing, until it is time to look again in so many ms (undefined: when woken). */
  #dry: { readonly dueIn: number | undefined } | undefined;

  constructor(intake: Intake<T>, prefetch: number, out: Subscriber<Task<T>>) {
    this.#intake = intake;
    this.#out = out;
    this.#credits = prefetch;
    this.#enough = Math.ceil(prefetch / 2);
  }

  /** Fetches, or waits for something to fetch; one at a time, and only with credits enough to be worth it. */
  readonly look = (): void => {
    if (this.#busy || this.#out.closed || this.#credits < this.#enough) return;
    this.#busy = true;
    if (this.#dry === undefined) this.#take();
    else this.#wait(this.#dry.dueIn);
  };

  #take(): void {
    // Not cut short when the consumer leaves: what is on its way must be handed back.
    this.#intake.take(Math.min(this.#credits, MOST), Number.POSITIVE_INFINITY).subscribe({
      next: (taken) => this.#deliver(taken),
      error: (error: unknown) => this.#out.error(asQueueError(error)),
    });
  }

  #deliver({ deliveries, left, dueIn }: Taken): void {
    this.#credits -= deliveries.length;
    for (const [i, delivery] of deliveries.entries()) {
      if (this.#out.closed) return this.#intake.giveBack(deliveries.slice(i));
      const task = this.#intake.open(delivery, this.#freed);
      if (task !== undefined) this.#out.next(task);
    }
    this.#dry = left > 0 ? undefined : { dueIn };
    this.#busy = false;
    this.look();
  }

  #wait(dueIn: number | undefined): void {
    const waiting = this.#intake.bell.wait(dueIn).subscribe({
      next: () => {
        this.#dry = undefined;
        this.#busy = false;
        this.look();
      },
      error: (error: unknown) => this.#out.error(asQueueError(error)),
    });
    this.#out.add(waiting);
  }

  readonly #freed = (): void => {
    this.#credits++;
    this.look();
  };
}
