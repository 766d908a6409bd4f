import { Queue } from '../../src/queue.ts';
import type { QueueOptions } from '../../src/queueOptions.ts';
import type { Result } from '../../src/result.ts';
import type { Task } from '../../src/task.ts';
import type { It } from '../support/it.ts';

// The contract, promise by promise, on every storage there is. A case knows nothing of what stands behind its
// queue, so it can say only what a user may rely on.

/** Opens the queue of this case; called again, the same queue once more, as another process would. */
export type Open = <T = unknown>(options?: QueueOptions<T>) => Queue<T>;

const STORAGES: Readonly<Record<string, () => string>> = {
  Redis: () => process.env.REDIS_URL as string,
  memory: () => 'memory:',
};

let names = 0;

/** `both('a promise', async (open) => …)`: one case per storage. Whatever it opened is closed afterwards. */
export const onBoth =
  (it: It) =>
  (title: string, body: (open: Open) => Promise<unknown>): void => {
    for (const [storage, connection] of Object.entries(STORAGES))
      it(`${title} (${storage})`, async () => {
        const name = `contract-${process.pid}-${++names}`;
        const opened: Queue<never>[] = [];
        const open: Open = (options) => {
          // Sweeping by itself would be one thing more that happens: a case that means it asks for it.
          const queue = new Queue(name, { connection: connection(), sweepEvery: null, ...options });
          opened.push(queue as unknown as Queue<never>);
          return queue;
        };
        try {
          await body(open);
        } finally {
          for (const queue of opened) await queue.close({ timeout: 0 });
        }
      });
  };

/** `ok`, or the code of the error. */
export const codeOf = (result: Result<unknown, { code: string }>): string => (result.ok ? 'ok' : result.val.code);

/** All that can be taken now, in order, and is not settled. */
export const takeAll = async <T>(queue: Queue<T>): Promise<readonly Task<T>[]> =>
  (await queue.getMulti(1_000, { timeout: 0 })).unwrap();

/** The payloads of all that can be taken now, in order. */
export const drain = async <T>(queue: Queue<T>): Promise<T[]> => (await takeAll(queue)).map(({ payload }) => payload);

export const one = async <T>(queue: Queue<T>): Promise<Task<T>> => (await queue.getNowait()).unwrap();

/** Lets the lease of a delivery run out. Nothing renews it: that happens after a third of the usual lease only. */
export const lapse = async (...tasks: readonly Task[]): Promise<void> => {
  for (const task of tasks) (await task.extend(1)).unwrap();
  await new Promise((resolve) => setTimeout(resolve, 5));
};
