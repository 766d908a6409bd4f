import type { Stats } from '../broker/broker.ts';
import type { Queue } from '../queue.ts';
import { need } from './exit.ts';
import { Inspector } from './inspector.ts';
import type { Session } from './session.ts';

/** One look at a queue. */
export interface Look {
  readonly queue: string;
  readonly stats: Stats;
  /** ms since the task was put that is next in line; undefined when none waits. */
  readonly oldest: number | undefined;
  /** Per second, since the look before; 0 the first time. */
  readonly puts: number;
  readonly acks: number;
  readonly fails: number;
}

/** Looks at a queue again and again. */
export class Watch {
  readonly name: string;
  readonly #queue: Queue;
  readonly #inspector: Inspector;
  #before: { readonly at: number; readonly stats: Stats } | undefined;

  private constructor(queue: Queue, inspector: Inspector) {
    this.name = queue.name;
    this.#queue = queue;
    this.#inspector = inspector;
  }

  static async of(session: Session, name: string): Promise<Watch> {
    const queue = await session.queue(name);
    return new Watch(queue, new Inspector(await session.redis(), session.prefix, name));
  }

  get queue(): Queue {
    return this.#queue;
  }

  get inspector(): Inspector {
    return this.#inspector;
  }

  async look(): Promise<Look> {
    const [stats, oldest] = [need(await this.#queue.stats()), await this.#inspector.oldest()];
    const before = this.#before;
    const at = performance.now();
    this.#before = { at, stats };
    const since = (of: (stats: Stats) => number): number =>
      before === undefined ? 0 : Math.max((1_000 * (of(stats) - of(before.stats))) / (at - before.at), 0);
    return {
      queue: this.name,
      stats,
      oldest,
      puts: since(({ put }) => put),
      acks: since(({ acked }) => acked),
      fails: since(({ failed }) => failed),
    };
  }
}
