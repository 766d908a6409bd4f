import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import type { Connection } from '../../src/broker/connection.ts';
import type { QueueError } from '../../src/errors.ts';
import type { Queue } from '../../src/queue.ts';
import { codeOf, type House, inHouse } from '../support/house.ts';
import { describe } from '../support/it.ts';
import { clientsOf } from '../support/replicas.ts';
import { until } from '../support/until.ts';

const there = async (queue: Queue<number>, consume = true): Promise<void> => {
  (await queue.put(1)).unwrap();
  if (!consume) return;
  const task = (await queue.get()).unwrap();
  assert.equal(codeOf(await task.ack()), 'ok');
};

/** A Redis with passwords and a socket, and a client that may see all. */
const guarded = async (house: House) => {
  const { client } = house;
  await client.config('SET', 'requirepass', 'p@ss');
  await client.call('ACL', 'SETUSER', 'ada', 'reset', 'on', '>lovelace', '~millrace:*', '+@all', '-@admin');
  const databases = async (): Promise<string[]> =>
    [...(await client.info('keyspace')).matchAll(/db(\d+):/g)].map(([, db = '']) => db);
  return { client, port: house.port, path: join(house.server.dir, 'r.sock'), databases };
};
const GUARDED = { redis: { args: ['--unixsocket', 'r.sock'] } };

describe('connection', (it) => {
  it(
    'may be a URL with password, user and database, of a host or a socket',
    inHouse(async (house) => {
      const { client, port, path, databases } = await guarded(house);
      const cases: [Connection, db: string][] = [
        [`redis://:p%40ss@127.0.0.1:${port}`, '0'],
        [`redis://ada:lovelace@127.0.0.1:${port}/3`, '3'],
        [`redis://ada:lovelace@127.0.0.1:${port}?db=4`, '4'],
        [`unix://:p%40ss@${path}?db=5`, '5'],
        [`unix://${path}?db=6&username=ada&password=lovelace`, '6'],
        [{ host: '127.0.0.1', port, username: 'ada', password: 'lovelace', db: 7 }, '7'],
        [{ path, password: 'p@ss', db: 8 }, '8'],
      ];
      for (const [connection, db] of cases) {
        await client.flushall();
        await there(house.queue<number>(house.name(), { connection }));
        assert.deepEqual(await databases(), [db], String(connection));
      }
    }, GUARDED),
  );

  it(
    'to a database there is none of is refused, always, and nothing is written into another',
    inHouse(async (house) => {
      const { client, port, databases } = await guarded(house);
      await client.flushall();
      const queue = house.queue<number>(house.name(), { connection: `redis://:p%40ss@127.0.0.1:${port}/99` });
      const consumer = house.consume(queue);
      for (let i = 0; i < 3; i++) {
        const { code, heals, message } = (await queue.put(i)).val as unknown as QueueError;
        assert.deepEqual([code, heals], ['CONNECTION', false]);
        assert.match(message, /check the db of `connection` \(Redis: ERR DB index is out of range\)/);
      }
      await until(() => consumer.error?.code === 'CONNECTION');
      assert.deepEqual(await databases(), []);
    }, GUARDED),
  );

  it(
    'is shared by queues of the same string, but for waiting; close leaves none behind',
    inHouse(
      async (house) => {
        const count = () => clientsOf(house.server);
        const queues = Array.from({ length: 5 }, () => house.queue<number>(house.name()));
        for (const queue of queues) await there(queue, false);
        assert.deepEqual(await count(), { millrace: 1 });
        for (const queue of queues.slice(0, 2)) house.consume(queue);
        await until(async () => (await count())['millrace:wait'] === 2);
        const other = house.queue<number>(house.name(), { connection: `${house.url}/1` });
        await there(other, false);
        assert.deepEqual(await count(), { millrace: 2, 'millrace:wait': 2 });

        for (const queue of queues) (await queue.close()).unwrap();
        await until(async () => JSON.stringify(await count()) === '{"millrace":1}');
        await there(other, false);
        (await other.close()).unwrap();
        await until(async () => Object.keys(await count()).length === 0, { what: 'no connection is left' });
      },
      { redis: {} },
    ),
  );

  it(
    'from options is of that queue alone, and closed with it',
    inHouse(
      async (house) => {
        const connection = { port: house.port, keyPrefix: 'app:' };
        const [one, two] = [1, 2].map(() => house.queue<number>(house.name(), { connection }));
        await there(one as Queue<number>);
        await there(two as Queue<number>, false);
        assert.equal((await clientsOf(house.server)).millrace, 2);
        for (const key of await house.client.keys('*')) assert.match(key, /^app:millrace:\{/);
        for (const queue of [one, two]) (await queue?.close())?.unwrap();
        await until(async () => Object.keys(await clientsOf(house.server)).length === 0);
      },
      { redis: {} },
    ),
  );

  it(
    'handed in is used and never closed, however it is set up; its twin for waiting is closed',
    inHouse(
      async (house) => {
        for (const options of [
          {},
          { lazyConnect: true },
          { enableOfflineQueue: false },
          { keyPrefix: 'theirs:', commandTimeout: 100, maxRetriesPerRequest: 1 },
        ]) {
          const client = new Redis(house.url, { connectionName: 'theirs', ...options });
          const queue = house.queue<number>(house.name(), { connection: client });
          const consumer = house.consume(queue, 1, (task) => task.ack());
          await until(async () => (await house.blocked()) === 1);
          await there(queue, false);
          await until(() => consumer.tasks.length === 1);
          assert.deepEqual(await clientsOf(house.server), { theirs: 2 });
          (await queue.close()).unwrap();
          await until(async () => (await clientsOf(house.server)).theirs === 1);
          assert.equal(await client.ping(), 'PONG');
          assert.equal(client.listenerCount('close'), 0, 'nothing of ours stays with it');
          client.disconnect();
          await until(async () => (await clientsOf(house.server)).theirs === undefined);
        }
      },
      { redis: {} },
    ),
  );

  it(
    'handed in and over already: an error that says so, at once',
    inHouse(async (house) => {
      const client = new Redis(house.url);
      await client.quit();
      const queue = house.queue<number>(house.name(), { connection: client });
      const consumer = house.consume(queue);
      for (const answer of [await queue.put(1), await queue.get()]) {
        const { code, heals, message } = answer.val as unknown as QueueError;
        assert.deepEqual([code, heals], ['CONNECTION', false]);
        assert.match(message, /disconnected and does not reconnect by itself/);
      }
      await until(() => consumer.error?.code === 'CONNECTION');
    }),
  );

  it(
    'that freezes is given up and made anew: the call is answered, and no call waits longer than its patience',
    inHouse(async (house) => {
      const relay = await house.relay();
      const queue = house.queue<number>(house.name(), { connection: relay.url, patience: 300 });
      await there(queue);
      relay.pause();
      const began = performance.now();
      const { code, message } = (await queue.put(2)).val as unknown as QueueError;
      assert.equal(code, 'CONNECTION');
      assert.match(message, /within 300 ms \(patience\)/);
      assert.ok(performance.now() - began < 2_000);
      relay.resume();
      await until(async () => (await queue.put(3)).ok);
    }),
  );

  it(
    'in memory needs none: queues of one name in this process are one queue',
    inHouse(async (house) => {
      const name = house.name();
      const [one, two] = [1, 2].map(() => house.queue<number>(name, { connection: 'memory:' }));
      (await one?.put(1))?.unwrap();
      assert.equal((await two?.get())?.unwrap().payload, 1);
    }),
  );
});
