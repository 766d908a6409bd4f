import { asyncScheduler, type Observable, type SchedulerLike } from 'rxjs';
import type { Broker, DeadLetter, Disposal, Entry, HandBack, Outcome, RetryRule, Stats } from './broker.ts';
import { MemoryStore } from './memoryStore.ts';
import { MemorySupply } from './memorySupply.ts';

/** The storage of a queue in memory. */
export class MemoryBroker extends MemorySupply<MemoryStore> implements Broker {
  /** Brokers that are given the same store share its queue; it must have the clock of the same scheduler. */
  constructor(scheduler: SchedulerLike = asyncScheduler, store = new MemoryStore(scheduler)) {
    super(scheduler, store);
  }

  put(entries: readonly Entry[]): Observable<readonly boolean[]> {
    return this.answer(() => this.store.put(entries));
  }

  handBack(what: HandBack): Observable<number> {
    return this.answer(() => this.store.handBack(what));
  }

  remove(id: string): Observable<boolean> {
    return this.answer(() => this.store.remove(id));
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
}

const stores = new Map<string, MemoryStore>();

/** The queue of this name in this process, in real time: what `connection: 'memory:'` stands for. Kept until the process ends. */
export const memoryBroker = (prefix: string, queue: string): MemoryBroker => {
  const name = `${prefix}:{${queue}}`;
  const store = stores.get(name) ?? new MemoryStore(asyncScheduler);
  stores.set(name, store);
  return new MemoryBroker(asyncScheduler, store);
};
