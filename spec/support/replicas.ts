import { Redis } from 'ioredis';
import type { House } from './house.ts';
import type { RedisServer } from './redisServer.mjs';
import { until } from './until.ts';

/** A server of its own with replicas of it. */
export interface Replication {
  readonly master: RedisServer;
  readonly replicas: readonly RedisServer[];
}

/** Starts them; resolves once every replica is in step. They end with the house. */
export const replication = async (house: House, count: number, args: readonly string[] = []): Promise<Replication> => {
  const master = await house.redis({
    args: ['--repl-diskless-sync-delay', '0', '--repl-ping-replica-period', '1', ...args],
  });
  const following = ['--replicaof', `127.0.0.1 ${master.port}`, ...args];
  const replicas = await Promise.all(Array.from({ length: count }, () => house.redis({ args: following })));
  await inStep(house, master, count);
  return { master, replicas };
};

/** Resolves once so many replicas of this server have all it has. */
export const inStep = async (house: House, { url }: { readonly url: string }, count: number): Promise<void> => {
  const client = house.connect(url);
  const waited = async () => {
    await client.set('in step', 1); // what is waited for
    return client.wait(count, 100);
  };
  await until(async () => (await waited()) >= count, { what: `${count} replicas in step` });
  client.disconnect();
};

/** How many are connected under each name; those without one, as the specs are, do not count. */
export const clientsOf = async ({ url }: { readonly url: string }): Promise<Record<string, number>> => {
  const client = new Redis(url, { connectionName: 'counting' });
  try {
    const list = String(await client.client('LIST'));
    const names = [...list.matchAll(/ name=(\S*) /g)]
      .map(([, name = '']) => name)
      .filter((name) => name !== '' && name !== 'counting');
    return Object.fromEntries(
      [...new Set(names)].sort().map((name) => [name, names.filter((each) => each === name).length]),
    );
  } finally {
    client.disconnect();
  }
};
