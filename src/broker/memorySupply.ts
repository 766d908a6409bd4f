import { asyncScheduler, Observable, type SchedulerLike, Subject, type Subscriber } from 'rxjs';
import { closed } from '../errors.ts';
import type { Disposal, Hold, LinkEvent, Outcome, RetryRule, Supply, Taken } from './broker.ts';
import type { Wake } from './memoryWake.ts';

/** How long one wait lasts, ms: as long as a blocking pop in Redis. */
const WAIT = 10_000;

/** What is kept in memory, a queue or a pool, as its consumers see it. */
export interface Kept {
  readonly wake: Wake;
  take(count: number, lease: number): Taken;
  renew(holds: readonly Hold[], lease: number, exact: boolean): number[];
  nudge(): void;
}

/**
 * What every storage in memory has, by the clock of a scheduler: real time, or a TestScheduler's virtual one.
 * A call takes effect when it is subscribed to; its answer comes later in the same virtual frame, or in a
 * later turn of the event loop. Were it given at once, a consumer of a full queue that settles at once would
 * call itself once per batch, and nobody else would have a turn.
 */
export abstract class MemorySupply<Store extends Kept> implements Supply {
  readonly scheduler: SchedulerLike;
  readonly link: Observable<LinkEvent>;
  protected readonly store: Store;
  readonly #events = new Subject<LinkEvent>();
  readonly #waiting = new Set<Subscriber<void>>();
  #closed = false;

  /** Those that are given the same store share what it keeps; it must have the clock of the same scheduler. */
  constructor(scheduler: SchedulerLike, store: Store) {
    this.scheduler = scheduler;
    this.link = this.#events.asObservable();
    this.store = store;
  }

  endOfTurn(flush: () => void): void {
    // A delay of 0 by the async scheduler is a timer, which lasts a whole millisecond.
    if (this.scheduler === asyncScheduler) setImmediate(flush);
    else this.scheduler.schedule(flush, 0);
  }

  take(count: number, lease: number): Observable<Taken> {
    return this.answer(() => this.next(count, lease));
  }

  settle(disposals: readonly Disposal[], rule: RetryRule): Observable<readonly Outcome[]> {
    return this.answer(() => this.settled(disposals, rule));
  }

  turn(
    disposals: readonly Disposal[],
    rule: RetryRule,
    count: number,
    lease: number,
  ): Observable<readonly [readonly Outcome[], Taken]> {
    return this.answer(() => [this.settled(disposals, rule), this.next(count, lease)] as const);
  }

  renew(holds: readonly Hold[], lease: number, exact: boolean): Observable<readonly number[]> {
    return this.answer(() => this.store.renew(holds, lease, exact));
  }

  wait(): Observable<void> {
    return this.ringOf(this.store.wake);
  }

  nudge(): Observable<void> {
    return this.answer(() => this.store.nudge());
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

  protected next(count: number, lease: number): Taken {
    return this.store.take(count, lease);
  }

  /** Emits when woken, or after WAIT. A wake-up that comes too late for whoever waited goes to somebody else. */
  protected ringOf(wake: Wake): Observable<void> {
    return new Observable((waiter) => {
      if (this.#closed) return this.#refuse(waiter);
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
        if (ringing) this.store.nudge();
      });
    });
  }

  protected abstract settled(disposals: readonly Disposal[], rule: RetryRule): readonly Outcome[];

  protected answer<A>(of: () => A): Observable<A> {
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
