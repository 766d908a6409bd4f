import { STALL, within } from '../../broker/call.ts';
import { lasting } from '../../broker/faults.ts';
import type { Link } from '../../broker/link.ts';
import type { RqStore } from '../store.ts';

/** s one wait lasts: what a wake-up that was lost with its connection costs at most. */
const BLOCK = 10;

/**
 * Waits until one of several queues has something, without taking it: BLMOVE from a list's left end to its own
 * left end changes nothing and blocks while the list is empty. A crash while waiting, or a reply that is lost,
 * loses nothing, unlike with the BLPOP of RQ. Redis blocks on one list at a time, so each queue has a connection.
 */
export class Doorbell {
  readonly #store: RqStore;
  readonly #queues: readonly string[];
  readonly #links = new Map<string, Link>();
  readonly #waits = new Map<string, Promise<void>>();

  constructor(store: RqStore, queues: readonly string[]) {
    this.#store = store;
    this.#queues = queues;
  }

  /** Resolves when there may be something, at the latest after 10 s. Rejects with what cannot be mended. */
  wait(): Promise<void> {
    return Promise.race(this.#queues.map((queue) => this.#arm(queue)));
  }

  close(): void {
    for (const link of this.#links.values()) link.close();
    this.#links.clear();
  }

  #arm(queue: string): Promise<void> {
    const pending = this.#waits.get(queue);
    if (pending !== undefined) return pending;
    const wait = this.#block(queue).finally(() => this.#waits.delete(queue));
    wait.catch(() => {}); // told to whoever waits; after close() nobody does
    this.#waits.set(queue, wait);
    return wait;
  }

  async #block(queue: string): Promise<void> {
    const link = this.#links.get(queue) ?? this.#store.blocking();
    this.#links.set(queue, link);
    await link.ready(Number.POSITIVE_INFINITY);
    const key = `rq:queue:${queue}`;
    const silent = () => {
      link.renew();
      return new Error('Redis does not answer');
    };
    try {
      await within(BLOCK * 1_000 + STALL, link.client.call('BLMOVE', key, key, 'LEFT', 'LEFT', BLOCK), silent);
    } catch (error) {
      const final = lasting(error);
      if (final !== undefined) throw final;
      await link.ready(Number.POSITIVE_INFINITY);
    }
  }
}
