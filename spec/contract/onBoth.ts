import { Queue } from '../../src/queue.ts';
import type { QueueOptions } from '../../src/queueOptions.ts';
import type { Result } from '../../src/result.ts';
import { Pool } from '../../src/structures/pool.ts';
import type { PoolOptions } from '../../src/structures/poolOptions.ts';
import { type UniqueOptions, UniqueQueue, type UniqueQueueOptions } from '../../src/structures/uniqueQueue.ts';
import type { Task } from '../../src/task.ts';
import type { It } from '../support/it.ts';

// The contract, promise by promise, on every storage there is. A case knows nothing of what stands behind its
// queue, so it can say only what a user may rely on.

/** Opens the queue of this case; called again, the same queue once more, as another process would. */
export type Open = <T = unknown>(options?: QueueOptions<T>) => Queue<T>;
export type OpenUnique = <T = unknown>(unique?: UniqueOptions<T>) => UniqueQueue<T>;
export type OpenPool = <T = unknown>(options?: PoolOptions<T>) => Pool<T>;

const STORAGES: Readonly<Record<string, () => string>> = {
  Redis: () => process.env.REDIS_URL as string,
  memory: () => 'memory:',
};

let names = 0;

/** One case per storage. Whatever it opened is closed afterwards. */
const onEach = <Made extends { close(options: { timeout: number }): unknown }, Options extends object>(
  it: It,
  title: string,
  body: (open: (options?: Options) => Made) => Promise<unknown>,
  make: (name: string, options: Options & { connection: string }) => Made,
): void => {
  for (const [storage, connection] of Object.entries(STORAGES))
    it(`${title} (${storage})`, async () => {
      const name = `contract-${process.pid}-${++names}`;
      const opened: Made[] = [];
      try {
        await body((options) => {
          const made = make(name, { connection: connection(), ...options } as Options & { connection: string });
          opened.push(made);
          return made;
        });
      } finally {
        for (const each of opened) await each.close({ timeout: 0 });
      }
    });
};

/** `both('a promise', async (open) => …)`: one case per storage. Whatever it opened is closed afterwards. */
export const onBoth =
  (it: It) =>
  (title: string, body: (open: Open) => Promise<unknown>): void =>
    // Sweeping by itself would be one thing more that happens: a case that means it asks for it.
    onEach(it, title, body as (open: (options?: QueueOptions) => Queue) => Promise<unknown>, (name, options) => {
      return new Queue(name, { sweepEvery: null, ...options });
    });

/** The same for queues without twins: what fails comes back at once. */
export const uniqueOnBoth =
  (it: It) =>
  (title: string, body: (open: OpenUnique) => Promise<unknown>): void =>
    onEach(
      it,
      title,
      body as (open: (options?: UniqueQueueOptions) => UniqueQueue) => Promise<unknown>,
      (name, options) => {
        const { connection, ...unique } = options as UniqueOptions & { connection: string };
        return new UniqueQueue(name, { connection, sweepEvery: null, retry: { backoff: 0 }, unique });
      },
    );

/** The same for pools. */
export const poolOnBoth =
  (it: It) =>
  (title: string, body: (open: OpenPool) => Promise<unknown>): void =>
    onEach(it, title, body as (open: (options?: PoolOptions) => Pool) => Promise<unknown>, (name, options) => {
      return new Pool(name, options);
    });

/** `ok`, or the code of the error. */
export const codeOf = (result: Result<unknown, { code: string }>): string => (result.ok ? 'ok' : result.val.code);

type Source<T> = Pick<Queue<T>, 'getMulti' | 'getNowait'>;

/** All that can be taken now, in order, and is not settled. */
export const takeAll = async <T>(queue: Source<T>): Promise<readonly Task<T>[]> =>
  (await queue.getMulti(1_000, { timeout: 0 })).unwrap();

/** The payloads of all that can be taken now, in order. */
export const drain = async <T>(queue: Source<T>): Promise<T[]> => (await takeAll(queue)).map(({ payload }) => payload);

export const one = async <T>(queue: Source<T>): Promise<Task<T>> => (await queue.getNowait()).unwrap();

/** Lets the lease of a delivery run out. Nothing renews it: that happens after a third of the usual lease only. */
export const lapse = async (...tasks: readonly Task[]): Promise<void> => {
  for (const task of tasks) (await task.extend(1)).unwrap();
  await new Promise((resolve) => setTimeout(resolve, 5));
};
