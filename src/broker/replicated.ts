import { LONGEST } from '../check.ts';
import { QueueError } from '../errors.ts';
import { Caller, type Run, STALL, within } from './call.ts';
import { isReadOnly, lasting } from './faults.ts';
import type { Link } from './link.ts';
import type { Keys } from './redisSupply.ts';

/** So many replicas are to have a write, and are waited for so long, ms. */
export interface Replicas {
  readonly count: number;
  readonly timeout: number;
}

export interface ReplicatedOptions {
  /** A connection nobody else uses: WAIT counts what its own connection has written, and keeps it busy meanwhile. */
  readonly link: Link;
  readonly keys: Keys;
  readonly replicas: Replicas;
  /** ms a lost connection is waited for. */
  readonly patience: number;
}

/** Writes, and waits until enough replicas have what was written. */
export class Replicated {
  readonly #options: ReplicatedOptions;
  readonly #caller: Caller;
  /** The next WAIT: one for all whose writes are answered in this turn of the event loop. */
  #next: Promise<number> | undefined;

  constructor(options: ReplicatedOptions) {
    const { link, keys, replicas, patience } = options;
    this.#options = options;
    this.#caller = new Caller(link, keys, { patience, behind: replicas.timeout });
  }

  /** Yields what `work` answers; ends once replicas have it. Throws QueueErrors only: REPLICAS when they are too few. */
  async *write<A>(work: (run: Run) => Promise<A>, repeated?: () => void): AsyncGenerator<A, void, undefined> {
    const write = () => work(this.#caller.run);
    yield await write();
    await this.#caller.during(() => this.#confirmed(write, repeated));
  }

  /** Lets calls under way end, for at most `ms`. */
  idle(ms: number): Promise<void> {
    return this.#caller.idle(ms);
  }

  close(): void {
    this.#caller.close();
    this.#options.link.close();
  }

  async #confirmed(write: () => Promise<unknown>, repeated: (() => void) | undefined): Promise<void> {
    const { replicas, patience, link } = this.#options;
    const deadline = performance.now() + patience;
    for (;;) {
      try {
        const answered = await this.#answered();
        if (answered >= replicas.count) return;
        throw tooFew(answered, replicas);
      } catch (error) {
        const final = error instanceof QueueError ? error : lasting(error);
        if (final !== undefined) throw final;
        if (isReadOnly(error)) link.renew();
        // The connection is gone, and with it what WAIT would have counted; the server too, perhaps, and the write
        // with it. So it is made once more where the next WAIT will be: every script bears that.
        repeated?.();
        const lost = () => unknown(replicas, error);
        await within(deadline - performance.now(), write(), lost).catch((again: QueueError) => {
          throw again.heals || again.code === 'CLOSED' ? lost() : again;
        });
      }
    }
  }

  #answered(): Promise<number> {
    this.#next ??= new Promise((resolve, reject) =>
      setImmediate(() => {
        this.#next = undefined;
        this.#wait().then(resolve, reject);
      }),
    );
    return this.#next;
  }

  async #wait(): Promise<number> {
    const { link, keys, replicas } = this.#options;
    const { count, timeout } = replicas;
    // WAIT names no key. Behind a script that does, the driver sends it to the same node of a Cluster; and it
    // never repeats such a pair by itself elsewhere, as it would behind a command that only reads.
    const pair = [
      ['eval', 'return 1', 1, keys.wake],
      ['wait', count, timeout],
    ];
    const silent = (): Error => {
      link.renew();
      return new Error('Redis does not answer');
    };
    const replies = await within(Math.min(timeout + STALL, LONGEST), link.client.pipeline(pair).exec(), silent);
    for (const [error] of replies ?? []) if (error !== null) throw error;
    return Number(replies?.[1]?.[1]);
  }
}

const tooFew = (answered: number, { count, timeout }: Replicas): QueueError =>
  new QueueError(
    'REPLICAS',
    `${answered} of ${count} replicas confirmed the write within ${timeout} ms; it took effect and stays`,
  );

const unknown = ({ count }: Replicas, cause: unknown): QueueError =>
  new QueueError(
    'REPLICAS',
    `The connection was lost before any of ${count} replicas confirmed the write; it took effect, and stays unless a failover lost it`,
    { cause },
  );
