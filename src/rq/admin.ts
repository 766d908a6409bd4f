import { scripts } from './scripts.ts';
import { type RqStore, textOf } from './store.ts';

const PREFIX = 'rq:queue:';

/** Keeping order in one queue. Every method rejects with an RqError. */
export class Admin {
  readonly #store: RqStore;
  readonly #name: string;
  readonly #key: string;

  constructor(store: RqStore, name: string) {
    this.#store = store;
    this.#name = name;
    this.#key = PREFIX + name;
  }

  static async names(store: RqStore): Promise<string[]> {
    const keys = (await store.command('SMEMBERS', 'rq:queues')) as unknown[];
    return keys.map((key) => textOf(key).slice(PREFIX.length)).sort();
  }

  count(): Promise<number> {
    return this.#store.command('LLEN', this.#key) as Promise<number>;
  }

  async ids(first: number, last: number): Promise<string[]> {
    return ((await this.#store.command('LRANGE', this.#key, first, last)) as unknown[]).map(textOf);
  }

  position(id: string): Promise<number | null> {
    return this.#store.command('LPOS', this.#key, id) as Promise<number | null>;
  }

  async remove(id: string): Promise<boolean> {
    return ((await this.#store.command('LREM', this.#key, 1, id)) as number) > 0;
  }

  async empty(): Promise<number> {
    for (let total = 0; ; ) {
      const count = (await this.#store.run(scripts.empty, [this.#name])) as number;
      total += count;
      if (count < 1_000) return total;
    }
  }

  async compact(): Promise<number> {
    for (let total = 0, from = 0; ; ) {
      const [dropped = 0, seen = 0] = (await this.#store.run(scripts.compact, [this.#name, from])) as number[];
      total += dropped;
      from += seen - dropped;
      if (seen < 1_000) return total;
    }
  }

  async delete(jobs: boolean): Promise<void> {
    if (jobs) await this.empty();
    await this.#store.command('SREM', 'rq:queues', this.#key);
    await this.#store.command('DEL', this.#key);
  }

  async requeue(ids: readonly string[] | undefined, front: boolean): Promise<number> {
    const all =
      ids ?? ((await this.#store.command('ZRANGE', `rq:failed:${this.#name}`, 0, -1)) as unknown[]).map(textOf);
    let total = 0;
    for (let from = 0; from < all.length; from += 1_000) {
      const args = [this.#name, front ? 1 : 0, ...all.slice(from, from + 1_000)];
      total += ((await this.#store.run(scripts.requeue, args)) as number[]).filter((was) => was === 1).length;
    }
    return total;
  }

  async suspend(seconds: number | undefined): Promise<void> {
    const expiry = seconds === undefined || seconds < 0 ? [] : ['EX', seconds];
    await this.#store.command('SET', 'rq:suspended', 1, ...expiry);
  }

  async resume(): Promise<void> {
    await this.#store.command('DEL', 'rq:suspended');
  }

  async isSuspended(): Promise<boolean> {
    return (await this.#store.command('EXISTS', 'rq:suspended')) === 1;
  }
}
