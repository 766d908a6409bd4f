import { asyncScheduler, type Observable, type SchedulerLike } from 'rxjs';
import type { Broker, DeadLetter, Disposal, Entry, HandBack, Outcome, RetryRule, Stats, Taken } from './broker.ts';
import type { PutOutcome } from './gate.ts';
import { MemoryStore, OPEN } from './memoryStore.ts';
import { MemorySupply } from './memorySupply.ts';

/** The storage of a queue in memory. */
export class MemoryBroker extends MemorySupply<MemoryStore> implements Broker {
  readonly #maxAge: number | undefined;

  /** Brokers that are given the same store share its queue; it must have the clock of the same scheduler. */
  constructor(scheduler: SchedulerLike = asyncScheduler, store = new MemoryStore(scheduler), maxAge?: number) {
    super(scheduler, store);
    this.#maxAge = maxAge;
  }

  put(entries: readonly Entry[], gate = OPEN): Observable<readonly PutOutcome[]> {
    return this.answer(() => this.store.put(entries, gate));
  }

  room(): Observable<void> {
    return this.ringOf(this.store.room);
  }

  handBack(what: HandBack): Observable<number> {
    return this.answer(() => this.store.handBack(what));
  }

  dropLeased(olderThan: number): Observable<number> {
    return this.answer(() => this.store.dropLeased(olderThan));
  }

  remove(id: string): Observable<number> {
    return this.answer(() => this.store.remove(id));
  }

  removeMatching(body: Buffer | string, count: number): Observable<number> {
    return this.answer(() => this.store.removeMatching(body, count));
  }

  failures(id: string, reset: boolean): Observable<number> {
    return this.answer(() => this.store.failures(id, reset));
  }

  pause(paused: boolean): Observable<void> {
    return this.answer(() => this.store.pause(paused));
  }

  stats(): Observable<Stats> {
    return this.answer(() => this.store.stats());
  }

  purge(): Observable<number> {
    return this.answer(() => this.store.purge());
  }

  deadLetters(limit: number, after: string | undefined): Observable<readonly DeadLetter[]> {
    return this.answer(() => this.store.deadLetters(limit, after));
  }

  replay(ids: readonly string[] | 'all'): Observable<number> {
    return this.answer(() => this.store.replay(ids));
  }

  purgeDead(): Observable<number> {
    return this.answer(() => this.store.purgeDead());
  }

  protected settled(disposals: readonly Disposal[], rule: RetryRule): readonly Outcome[] {
    return this.store.settle(disposals, rule);
  }

  protected override next(count: number, lease: number): Taken {
    return this.store.take(count, lease, this.#maxAge);
  }
}

const stores = new Map<string, MemoryStore>();

/** The queue of this name in this process, in real time: what `connection: 'memory:'` stands for. Kept until the process ends. */
export const memoryBroker = (prefix: string, queue: string, maxAge?: number): MemoryBroker => {
  const name = `${prefix}:{${queue}}`;
  const store = stores.get(name) ?? new MemoryStore(asyncScheduler);
  stores.set(name, store);
  return new MemoryBroker(asyncScheduler, store, maxAge);
};
