import { Observable, type Subscriber, type Subscription } from 'rxjs';
import type { Delivery, Taken } from '../broker/broker.ts';
import { asQueueError, type QueueError } from '../errors.ts';
import type { Consumer } from '../holding.ts';
import type { Task } from '../task.ts';
import { type Intake, MOST } from './intake.ts';

/**
 * A queue as a stream. One subscription is one consumer with `prefetch` credits: a delivery takes one, its
 * settlement gives it back. That is the backpressure. Credits that come back one by one are used together: once
 * half of all are free, or some have been free for 20 ms.
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
    new Feed(intake, prefetch, out).refill();
  });

/** Takes that may be under way at once: while one is delivered the next is fetched. */
const LANES = 2;

/** How long a credit that came back waits for others, ms: a take for each would cost as much as one for all. */
const COMPANY = 20;

class Feed<T> implements Consumer {
  readonly #intake: Intake<T>;
  readonly #out: Subscriber<Task<T>>;
  readonly #enough: number;
  #credits: number;
  /** Credits used before they came back: for what is taken together with the settlement that frees them. */
  #owed = 0;
  #taking = 0;
  #waiting = false;
  /** What came for a consumer that has left. */
  readonly #unseen: Delivery[] = [];
  /** Whether the last take left any: only then a second one at the same time is worth it. */
  #more = false;
  /** Runs while credits that came back wait for company. */
  #gathering: Subscription | undefined;
  /** What the last take left: nothing, until it is time to look again in so many ms (undefined: when woken). */
  #dry: { readonly dueIn: number | undefined } | undefined;

  constructor(intake: Intake<T>, prefetch: number, out: Subscriber<Task<T>>) {
    this.#intake = intake;
    this.#out = out;
    this.#credits = prefetch;
    this.#enough = Math.ceil(prefetch / 2);
    out.add(() => this.#gathering?.unsubscribe());
  }

  credit(): void {
    if (this.#owed > 0) this.#owed--;
    else if (++this.#credits < this.#enough && !this.#out.closed)
      this.#gathering ??= this.#intake.scheduler.schedule(() => {
        this.#gathering = undefined;
        this.refill();
      }, COMPANY);
  }

  /** Fetches, or waits for something to fetch, as soon as there are credits enough to be worth it. */
  refill(): void {
    for (let asked = this.wants(0); asked > 0; asked = this.wants(0)) this.#take(asked);
    const idle = this.#taking === 0 && !this.#waiting && !this.#out.closed;
    if (this.#dry !== undefined && idle && this.#worthIt(this.#credits)) this.#wait(this.#dry.dueIn);
  }

  wants(freed: number): number {
    const credits = this.#credits + freed;
    if (this.#waiting || this.#out.closed) return 0;
    // What is asked for together with a settlement is as good as free, even when there was nothing the last time.
    if (freed === 0 && (this.#dry !== undefined || this.#taking >= (this.#more ? LANES : 1))) return 0;
    if (freed === 0 ? !this.#worthIt(credits) : credits < this.#enough && freed < MOST / 2) return 0;
    // Half of the credits at a time: the two halves take turns, one fetched while the other is worked on.
    const asked = Math.min(credits, this.#enough, MOST);
    const early = Math.min(asked, freed);
    this.#owed += early;
    this.#credits -= asked - early;
    this.#taking++;
    return asked;
  }

  receive(asked: number, taken: Taken): void {
    this.#taking--;
    this.#credits += asked - taken.deliveries.length;
    this.#deliver(taken);
  }

  fail(error: QueueError): void {
    this.#taking--;
    this.#out.error(error);
    this.#return([]);
  }

  #worthIt(credits: number): boolean {
    return credits >= this.#enough || (credits > 0 && this.#gathering === undefined);
  }

  #take(asked: number): void {
    // Not cut short when the consumer leaves: what is on its way must be handed back.
    this.#intake.take(asked, Number.POSITIVE_INFINITY).subscribe({
      next: (taken) => this.receive(asked, taken),
      error: (error: unknown) => this.fail(asQueueError(error)),
    });
  }

  #deliver(taken: Taken): void {
    const { deliveries, left, dueIn } = taken;
    this.#intake.report(taken);
    this.#more = left > 0;
    this.#dry = this.#more ? undefined : { dueIn };
    // Before they are emitted: the next ones travel while these are worked on.
    this.refill();
    for (const [i, delivery] of deliveries.entries()) {
      if (this.#out.closed) return this.#return(deliveries.slice(i));
      const task = this.#intake.open(delivery, this);
      if (task !== undefined) this.#out.next(task);
    }
    if (this.#out.closed) this.#return([]);
  }

  /** Hands back what nobody will see: all of it together, or what the later take brings would go before the rest. */
  #return(deliveries: readonly Delivery[]): void {
    this.#unseen.push(...deliveries);
    if (this.#taking === 0) this.#intake.giveBack(this.#unseen.splice(0));
  }

  #wait(dueIn: number | undefined): void {
    this.#waiting = true;
    const waiting = this.#intake.bell.wait(dueIn).subscribe({
      next: () => {
        this.#dry = undefined;
        this.#waiting = false;
        this.refill();
      },
      error: (error: unknown) => this.#out.error(asQueueError(error)),
    });
    this.#out.add(waiting);
  }
}
