import type { TestScheduler } from 'rxjs/testing';
import { defaultBackoff } from '../backoff.ts';
import type { Broker } from '../broker/broker.ts';
import type { Connection } from '../broker/connection.ts';
import { MemoryBroker } from '../broker/memory.ts';
import { MemoryStore } from '../broker/memoryStore.ts';
import { BROKER, type Provided } from '../broker/provided.ts';
import type { PutOptions } from '../put.ts';
import { Queue } from '../queue.ts';
import { UniqueQueue, type UniqueQueueOptions } from '../structures/uniqueQueue.ts';
import { complaint } from './complaint.ts';
import { lettersOf, meaningOf, momentsAmong, momentsOf } from './diagrams.ts';
import { lastInFrame } from './lastInFrame.ts';
import { Wire, type WireState } from './wire.ts';

/** All of a queue's own, and what befalls the process that has it. Without jitter unless told: a spec has no luck. */
export interface MarbleQueueOptions<T = unknown> extends Omit<UniqueQueueOptions<T>, 'connection'> {
  /** Queues of one name in one spec are one queue, in two processes. Default: a name of its own. */
  readonly name?: string;
  /** `x` cuts the connection to storage, `r` loses only the replies, `o` restores it. */
  readonly connection?: string;
  /** `x`: leases are no longer renewed, as when the event loop stands still; `o`: they are again. */
  readonly renewal?: string;
  /** `x`: the process is killed. It hears and says nothing any more, and hands nothing back. */
  readonly dies?: string;
}

/** What a queue holds: ids by place. */
export interface Places {
  readonly ready: readonly string[];
  readonly delayed: readonly string[];
  readonly leased: readonly string[];
  readonly dead: readonly string[];
}

const CONNECTION: Record<string, WireState> = { x: 'down', r: 'mute', o: 'up' };

/** The queues of one spec, in its virtual time. */
export class MarbleQueues {
  /** Every id that was put. */
  readonly ids = new Set<string>();
  readonly #scheduler: TestScheduler;
  readonly #stores = new Map<string, { readonly name: string; readonly store: MemoryStore }>();
  readonly #kept = new WeakMap<object, string>();
  #unnamed = 0;

  constructor(scheduler: TestScheduler) {
    this.#scheduler = scheduler;
  }

  get some(): boolean {
    return this.#stores.size > 0;
  }

  /** A queue; `puts` says what arrives in storage when, from another process, and when this one closes it. */
  open<T>(
    puts: string,
    payloads: Readonly<Record<string, T>> | undefined,
    { name = this.#name(), connection = '', renewal = '', dies = '', ...options }: MarbleQueueOptions<T>,
  ): Queue<T> {
    const { prefix = 'millrace', patience = 10_000, retry, maxAge, unique } = options;
    const kept = `${prefix}:{${name}}`;
    const { store } = this.#stores.get(kept) ?? { store: new MemoryStore(this.#scheduler) };
    this.#stores.set(kept, { name, store });
    const storage = (): MemoryBroker => new MemoryBroker(this.#scheduler, store, maxAge);
    const wire = new Wire(storage(), patience, this.ids);
    this.#befall('connection', connection, 'xro', (mark) => wire.become(CONNECTION[mark] as WireState));
    this.#befall('renewal', renewal, 'xo', (mark) => {
      wire.renews = mark === 'o';
    });
    this.#befall('dies', dies, 'x', () => wire.become('dead'));

    const backoff = { ...defaultBackoff, jitter: false };
    const make = (broker: Broker): Queue<T> => {
      const provided: Provided = { [BROKER]: broker };
      const all = { ...options, retry: { backoff, ...retry }, connection: provided as Connection };
      const queue = unique === undefined ? new Queue<T>(name, all) : new UniqueQueue<T>(name, all);
      this.#kept.set(queue, kept);
      return queue;
    };
    const queue = make(wire);
    this.put(make(storage()), puts, payloads, {}, () => void queue.close());
    return queue;
  }

  /** Puts at the frames of a diagram, each task under its letter. */
  put<T>(
    queue: Queue<T>,
    puts: string,
    payloads: Readonly<Record<string, T>> | undefined,
    options: PutOptions<T>,
    close?: () => void,
  ): void {
    const moments = momentsOf(puts);
    const payloadOf = meaningOf('put', puts, payloads);
    for (const letter of lettersOf(moments)) this.ids.add(letter);
    for (const { frame, mark } of moments) {
      if (mark === '#') throw complaint(`put: '${puts}' errs, and putting cannot`);
      if (mark !== '|') this.#at(frame, () => void queue.put(payloadOf(mark), { ...options, id: mark }));
      else if (close !== undefined) this.#at(frame, () => lastInFrame(this.#scheduler, close));
    }
  }

  holds(queue: object): Places {
    const kept = this.#kept.get(queue);
    const store = this.#stores.get(kept ?? '')?.store;
    if (store === undefined) throw complaint('expectQueue: this is no queue of this spec: make it with queue(…)');
    return placesOf(store);
  }

  /** Names of queues that hold leases of which nobody expects it. */
  leasing(expected: ReadonlySet<object>): { name: string; ids: readonly string[] }[] {
    const known = new Set([...expected].map((queue) => this.#kept.get(queue)));
    return [...this.#stores]
      .filter(([kept, { store }]) => !known.has(kept) && store.shelves.leased.size > 0)
      .map(([, { name, store }]) => ({ name, ids: placesOf(store).leased }));
  }

  #name(): string {
    this.#unnamed++;
    return this.#unnamed === 1 ? 'queue' : `queue ${this.#unnamed}`;
  }

  #befall(what: string, diagram: string, marks: string, happens: (mark: string) => void): void {
    const means = marks === 'xro' ? 'x (cut), r (replies are lost) and o (restored)' : [...marks].join(' and ');
    for (const { frame, mark } of momentsAmong(what, diagram, marks, means)) this.#at(frame, () => happens(mark));
  }

  #at(frame: number, happens: () => void): void {
    this.#scheduler.schedule(happens, frame);
  }
}

const placesOf = ({ shelves }: MemoryStore): Places => {
  const ids = (shelf: MemoryStore['shelves']['ready']): string[] => shelf.slice(0).map(({ id }) => id);
  const { ready, delayed, leased, dead } = shelves;
  // The ends of leases move whenever they are renewed: their order tells nobody anything.
  return { ready: ids(ready), delayed: ids(delayed), leased: ids(leased).sort(), dead: ids(dead) };
};
