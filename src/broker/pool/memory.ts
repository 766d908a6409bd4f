import { asyncScheduler, type Observable, type SchedulerLike } from 'rxjs';
import type { Disposal, Outcome } from '../broker.ts';
import { MemorySupply } from '../memorySupply.ts';
import { fatesOf, type Member, type PoolBroker, type PoolStats } from './broker.ts';
import { PoolStore } from './store.ts';

/** The storage of a pool in memory. */
export class MemoryPool extends MemorySupply<PoolStore> implements PoolBroker {
  readonly #every: number;

  /** `every`: ms from an ack until the member is due again. Those that are given the same store share its pool. */
  constructor(every: number, scheduler: SchedulerLike = asyncScheduler, store = new PoolStore(scheduler)) {
    super(scheduler, store);
    this.#every = every;
  }

  add(members: readonly Member[]): Observable<readonly boolean[]> {
    return this.answer(() => this.store.add(members));
  }

  delete(id: string): Observable<boolean> {
    return this.answer(() => this.store.delete(id));
  }

  has(id: string): Observable<boolean> {
    return this.answer(() => this.store.has(id));
  }

  stats(): Observable<PoolStats> {
    return this.answer(() => this.store.stats());
  }

  clear(): Observable<number> {
    return this.answer(() => this.store.clear());
  }

  protected settled(disposals: readonly Disposal[]): readonly Outcome[] {
    return this.store.settle(fatesOf(disposals, this.#every));
  }
}

const stores = new Map<string, PoolStore>();

/** The pool of this name in this process, in real time. Kept until the process ends. */
export const memoryPool = (prefix: string, pool: string, every: number): MemoryPool => {
  const name = `${prefix}:{${pool}}`;
  const store = stores.get(name) ?? new PoolStore(asyncScheduler);
  stores.set(name, store);
  return new MemoryPool(every, asyncScheduler, store);
};
