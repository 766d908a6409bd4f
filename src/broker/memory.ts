import { asyncScheduler, Observable, type SchedulerLike, Subject, type Subscriber } from 'rxjs';
import { closed } from '../errors.ts';
import type {
  Broker,
  DeadLetter,
  Disposal,
  Entry,
  HandBack,
  Hold,
  LinkEvent,
  Outcome,
  RetryRule,
  Stats,
  Taken,
} from './broker.ts';
import { MemoryStore } from './memoryStore.ts';

/** How long one wait lasts, ms: as long as a blocking pop in Redis. */
const WAIT = 10_000;

/**
 * The storage in memory, by the clock of a scheduler: real time, or a TestScheduler's virtual one.
 * A call takes effect when it is subscribed to; its answer comes later in the same virtual frame, or in a
 * later turn of the event loop. Were it given at once, a consumer of a full queue that settles at once would
 * call itself once per batch, and nobody else would have a turn.
 */
export class MemoryBroker implements Broker {
  readonly scheduler: SchedulerLike;
  readonly link: Observable<LinkEvent>;
  readonly #events = new Subject<LinkEvent>();
  readonly #store: MemoryStore;
  readonly #waiting = new Set<Subscriber<void>>();
  #closed = false;

  /** Brokers that are given the same store share its queue; it must have the clock of the same scheduler. */
  constructor(scheduler: SchedulerLike = asyncScheduler, store = new MemoryStore(scheduler)) {
    this.scheduler = scheduler;
    this.link = this.#events.asObservable();
    this.#store = store;
  }

  endOfTurn(flush: () => void): void {
    // A delay of 0 by the async scheduler is a timer, which lasts a whole millisecond.
    if (this.scheduler === asyncScheduler) setImmediate(flush);
    else this.scheduler.schedule(flush, 0);
  }

  put(entries: readonly Entry[]): Observable<readonly boolean[]> {
    return this.#answer(() => this.#store.put(entries));
  }

  take(count: number, lease: number): Observable<Taken> {
    return this.#answer(() => this.#store.take(count, lease));
  }

  settle(disposals: readonly Disposal[], rule: RetryRule): Observable<readonly Outcome[]> {
    return this.#answer(() => this.#store.settle(disposals, rule));
  }

  turn(
    disposals: readonly Disposal[],
    rule: RetryRule,
    count: number,
    lease: number,
  ): Observable<readonly [readonly Outcome[], Taken]> {
    return this.#answer(() => [this.#store.settle(disposals, rule), this.#store.take(count, lease)] as const);
  }

  renew(holds: readonly Hold[], lease: number, exact: boolean): Observable<readonly number[]> {
    return this.#answer(() => this.#store.renew(holds, lease, exact));
  }

  /** Emits when woken, or after WAIT. A wake-up that comes too late for whoever waited goes to somebody else. */
  wait(): Observable<void> {
    return new Observable((waiter) => {
      if (this.#closed) return this.#refuse(waiter);
      const { wake } = this.#store;
      let ringing = false;
      this.#waiting.add(waiter);
      const look = (): void => {
        ringing = false;
        waiter.next();
        waiter.complete();
      };
      const leave = wake.wait(() => {
        ringing = true;
        this.endOfTurn(look);
      });
      waiter.add(this.scheduler.schedule(look, WAIT));
      waiter.add(() => {
        leave();
        this.#waiting.delete(waiter);
        if (ringing) this.#store.nudge();
      });
    });
  }

  nudge(): Observable<void> {
    return this.#answer(() => this.#store.nudge());
  }

  handBack(what: HandBack): Observable<number> {
    return this.#answer(() => this.#store.handBack(what));
  }

  remove(id: string): Observable<boolean> {
    return this.#answer(() => this.#store.remove(id));
  }

  pause(paused: boolean): Observable<void> {
    return this.#answer(() => this.#store.pause(paused));
  }

  stats(): Observable<Stats> {
    return this.#answer(() => this.#store.stats());
  }

  purge(): Observable<number> {
    return this.#answer(() => this.#store.purge());
  }

  deadLetters(limit: number, after: string | undefined): Observable<readonly DeadLetter[]> {
    return this.#answer(() => this.#store.deadLetters(limit, after));
  }

  replay(ids: readonly string[] | 'all'): Observable<number> {
    return this.#answer(() => this.#store.replay(ids));
  }

  purgeDead(): Observable<number> {
    return this.#answer(() => this.#store.purgeDead());
  }

  /** What is under way is answered before this is. What is stored stays, for other brokers of the same store. */
  close(): Observable<void> {
    return new Observable((out) => {
      this.endOfTurn(() => {
        this.#closed = true;
        for (const waiter of this.#waiting) waiter.error(closed());
        this.#events.complete();
        out.next();
        out.complete();
      });
    });
  }

  #answer<A>(of: () => A): Observable<A> {
    return new Observable((out) => {
      if (this.#closed) return this.#refuse(out);
      const answer = of();
      this.endOfTurn(() => {
        out.next(answer);
        out.complete();
      });
    });
  }

  #refuse(out: Subscriber<never>): void {
    this.endOfTurn(() => out.error(closed()));
  }
}

const stores = new Map<string, MemoryStore>();

/** The queue of this name in this process, in real time: what `connection: 'memory:'` stands for. Kept until the process ends. */
export const memoryBroker = (prefix: string, queue: string): MemoryBroker => {
  const name = `${prefix}:{${queue}}`;
  const store = stores.get(name) ?? new MemoryStore(asyncScheduler);
  stores.set(name, store);
  return new MemoryBroker(asyncScheduler, store);
};
