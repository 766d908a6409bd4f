import assert from 'node:assert/strict';
import { Redis } from 'ioredis';
import { firstValueFrom, toArray } from 'rxjs';
import { keysOf } from '../../src/broker/keys.ts';
import { QueueError, type QueueErrorCode } from '../../src/errors.ts';
import type { Queue } from '../../src/queue.ts';
import { codeOf, inHouse } from '../support/house.ts';
import { describe } from '../support/it.ts';
import { until } from '../support/until.ts';

// What waiting cannot mend: the stream errors, calls answer the same, and both say what to do.

interface Refusal {
  readonly code: QueueErrorCode;
  readonly says: RegExp;
  /** Whether a put without a delay is refused, too. */
  readonly put?: boolean;
}

const refuses = async (queue: Queue<number>, { code, says, put = true }: Refusal): Promise<void> => {
  const isIt = (error: unknown, where: string): void => {
    assert.ok(error instanceof QueueError, `${where}: ${error}`);
    assert.equal(error.code, code, `${where}: ${error.message}`);
    assert.equal(error.heals, false, where);
    assert.match(error.message, says, where);
    assert.ok(error.cause instanceof Error, `${where}: the cause is kept`);
  };
  const began = performance.now();
  await firstValueFrom(queue.tasks().pipe(toArray())).then(
    () => assert.fail('the stream has not errored'),
    (error: unknown) => isIt(error, 'tasks'),
  );
  isIt((await queue.get()).val, 'get');
  if (put) isIt((await queue.put(1)).val, 'put');
  else assert.equal(codeOf(await queue.put(1)), 'ok');
  await assert.rejects(
    async () => {
      for await (const task of queue) assert.fail(`got ${task.id}`);
    },
    (error: unknown) => {
      isIt(error, 'for await');
      return true;
    },
  );
  assert.ok(performance.now() - began < 5_000, 'nobody waits for `patience` first');
};

const PASSWORD = /check the user and password of `connection`/;
const RIGHTS = /does not allow this user what a queue needs: grant its commands and keys/;

describe('what cannot heal', (it) => {
  it(
    'a wrong password, or none, errors; the right one works, on the same server and right afterwards',
    inHouse(
      async (house) => {
        const { port } = house.server;
        const at = (password: string) => `redis://:${password}@127.0.0.1:${port}`;
        const name = house.name();
        await house.client.config('SET', 'requirepass', 'right');

        const wrong = house.queue<number>(name, { connection: at('wrong') });
        await refuses(wrong, { code: 'CONNECTION', says: PASSWORD });
        await refuses(house.queue<number>(name, { connection: `redis://127.0.0.1:${port}` }), {
          code: 'CONNECTION',
          says: PASSWORD,
        });
        await refuses(house.queue<number>(name, { connection: `redis://nobody:right@127.0.0.1:${port}` }), {
          code: 'CONNECTION',
          says: PASSWORD,
        });
        await refuses(house.queue<number>(name, { connection: { port, password: 'wrong' } }), {
          code: 'CONNECTION',
          says: PASSWORD,
        });

        const right = house.queue<number>(name, { connection: at('right') });
        assert.equal(codeOf(await right.put(7)), 'ok');
        const task = (await right.get()).unwrap();
        assert.equal(task.payload, 7);
        assert.equal(codeOf(await task.ack()), 'ok');

        await house.client.config('SET', 'requirepass', 'wrong');
        await until(async () => (await wrong.put(8)).ok, { what: 'the very queue that was refused works' });
        const consumer = house.consume(wrong);
        await until(() => consumer.tasks.length === 1);
      },
      { redis: {} },
    ),
  );

  it(
    'a password changed under a consumer: it goes on until the connection is lost, then errors',
    inHouse(
      async (house) => {
        const queue = house.queue<number>(house.name());
        const consumer = house.consume(queue, 1, (task) => task.ack());
        (await queue.put(1)).unwrap();
        await until(() => consumer.tasks.length === 1);
        await house.client.config('SET', 'requirepass', 'new');
        (await queue.put(2)).unwrap();
        await until(() => consumer.tasks.length === 2);
        await house.client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
        await until(() => consumer.error !== undefined);
        assert.equal(consumer.error?.code, 'CONNECTION');
        assert.equal(consumer.error?.heals, false);
        assert.match(consumer.error?.message ?? '', PASSWORD);
      },
      { redis: {} },
    ),
  );

  it(
    'a user without permission for keys, scripts or blocking errors',
    inHouse(
      async (house) => {
        const { port } = house.server;
        const user = async (name: string, ...rules: string[]): Promise<Queue<number>> => {
          await house.client.call('ACL', 'SETUSER', name, 'reset', 'on', '>pw', ...rules);
          return house.queue<number>(house.name(), { connection: `redis://${name}:pw@127.0.0.1:${port}` });
        };
        await refuses(await user('elsewhere', '~other:*', '+@all'), { code: 'CONNECTION', says: RIGHTS });
        await refuses(await user('noscripts', '~*', '+@all', '-@scripting'), { code: 'CONNECTION', says: RIGHTS });
        await refuses(await user('nohashes', '~*', '+@all', '-hset', '-hmget'), { code: 'CONNECTION', says: RIGHTS });

        // One that may do all but wait has no tasks while there are none.
        const restless = await user('restless', '~millrace:*', '+@all', '-bzpopmin');
        const consumer = house.consume(restless);
        await until(() => consumer.error !== undefined);
        assert.equal(consumer.error?.code, 'CONNECTION');
        assert.match(consumer.error?.message ?? '', RIGHTS);
        assert.equal(codeOf(await restless.put(1)), 'ok');
      },
      { redis: {} },
    ),
  );

  it(
    'a key of the wrong type errors, and is left as it is',
    inHouse(async (house) => {
      const says = /A key of this queue holds something else: delete it, or use another prefix or name/;
      for (const key of ['ready', 'delayed', 'meta'] as const) {
        const name = house.name();
        const keys = keysOf('millrace', name);
        await house.client.set(keys[key], 'mine');
        const queue = house.queue<number>(name, { sweepEvery: null });
        await refuses(queue, { code: 'LAYOUT', says, put: key !== 'delayed' });
        assert.equal(await house.client.get(keys[key]), 'mine');
      }
      const name = house.name();
      const { wake } = keysOf('millrace', name);
      await house.client.set(wake, 'mine');
      const consumer = house.consume(house.queue<number>(name, { sweepEvery: null }));
      await until(() => consumer.error !== undefined);
      assert.equal(consumer.error?.code, 'LAYOUT');
      assert.match(consumer.error?.message ?? '', says);
    }),
  );

  it(
    'a put that is refused leaves nothing behind: all or nothing',
    inHouse(async (house) => {
      for (const key of ['tasks', 'ready', 'delayed', 'returns', 'wake', 'totals'] as const) {
        const name = house.name();
        const keys = keysOf('millrace', name);
        await house.client.set(keys[key], 'mine');
        const put = await house
          .queue<number>(name, { sweepEvery: null })
          .putMulti([1, 2, 3], { id: String, ...(key === 'delayed' && { delay: 1_000 }) });
        assert.equal(codeOf(put), 'LAYOUT', key);
        const remains = (await house.remains(name)).filter((each) => each !== key && each !== 'meta');
        assert.deepEqual(remains, [], `${key} of the wrong type: nothing was written`);
      }
    }),
  );

  it(
    'a newer layout errors, and nothing of it is touched',
    inHouse(async (house) => {
      const name = house.name();
      const { meta } = keysOf('millrace', name);
      await house.client.hset(meta, 'layout', '99');
      const queue = house.queue<number>(name);
      await refuses(queue, {
        code: 'LAYOUT',
        says: /a queue's, of layout 99: if that is what it should be, update millrace; else use another name or prefix/,
      });
      for (const call of [
        queue.stats(),
        queue.sweep(),
        queue.requeue(),
        queue.remove('a'),
        queue.pause(),
        queue.purge(),
        queue.dead.list(),
        queue.dead.purge(),
        queue.dead.replay('all'),
      ])
        assert.equal(codeOf((await call) as { ok: boolean; val: unknown }), 'LAYOUT');
      assert.deepEqual(await house.remains(name), ['meta']);
      assert.deepEqual(await house.client.hgetall(meta), { layout: '99' });
    }),
  );

  it(
    'a client that its owner has disconnected errors',
    inHouse(async (house) => {
      const client = new Redis(house.url);
      const queue = house.queue<number>(house.name(), { connection: client });
      (await queue.put(1)).unwrap();
      client.disconnect();
      await until(() => client.status === 'end');
      const put = await queue.put(2);
      assert.equal(codeOf(put), 'CONNECTION');
      assert.match((put.val as unknown as QueueError).message, /disconnected and does not reconnect by itself/);
      await queue.close();
    }),
  );
});
