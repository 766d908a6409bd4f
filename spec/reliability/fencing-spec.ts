import assert from 'node:assert/strict';
import { keysOf } from '../../src/broker/keys.ts';
import type { Queue } from '../../src/queue.ts';
import type { Task } from '../../src/task.ts';
import { codeOf, type House, inHouse } from '../support/house.ts';
import { describe } from '../support/it.ts';
import { until } from '../support/until.ts';

// A settlement changes what it is about, or nothing: whoever else holds the task, or another one of its id.

const SETTLE = ['ack', 'fail', 'release', 'kill'] as const;

/** All that Redis holds of a queue. */
const dump = async (house: House, name: string): Promise<Record<string, unknown>> => {
  const { client } = house;
  const keys = keysOf('millrace', name);
  const hash = (key: string) => client.hgetall(key);
  const zset = (key: string) => client.zrange(key, '0', '-1', 'WITHSCORES');
  return {
    tasks: await hash(keys.tasks),
    ready: await client.lrange(keys.ready, '0', '-1'),
    delayed: await zset(keys.delayed),
    leases: await zset(keys.leases),
    returns: await hash(keys.returns),
    failures: await hash(keys.failures),
    dead: await zset(keys.dead),
    deadReturns: await hash(keys.deadReturns),
    ghosts: await hash(keys.ghosts),
    totals: await hash(keys.totals),
    meta: await hash(keys.meta),
  };
};

const unchanged = async (house: House, name: string, body: () => Promise<void>): Promise<void> => {
  const before = await dump(house, name);
  await body();
  assert.deepEqual(await dump(house, name), before);
};

const taken = async <T>(queue: Queue<T>): Promise<Task<T>> => (await queue.get({ timeout: 5_000 })).unwrap();

describe('fencing', (it) => {
  for (const first of SETTLE)
    it(
      `a task settled by ${first} cannot be settled again`,
      inHouse(async (house) => {
        const name = house.name();
        const queue = house.queue<number>(name, { sweepEvery: null, retry: { backoff: 100_000 } });
        (await queue.put(1)).unwrap();
        const task = await taken(queue);
        assert.equal(codeOf(await task[first]()), 'ok');
        await unchanged(house, name, async () => {
          for (const second of SETTLE) assert.equal(codeOf(await task[second]()), 'STALE', `${first}, then ${second}`);
          assert.equal(codeOf(await task.extend(1_000)), 'STALE');
        });
      }),
    );

  it(
    'settled twice in one turn, the first counts',
    inHouse(async (house) => {
      const name = house.name();
      const queue = house.queue<number>(name, { sweepEvery: null });
      (await queue.put(1)).unwrap();
      const task = await taken(queue);
      const codes = (await Promise.all([task.release(), task.ack(), task.kill()])).map(codeOf);
      assert.deepEqual(codes, ['ok', 'STALE', 'STALE']);
      assert.equal((await queue.stats()).unwrap().ready, 1);
    }),
  );

  for (const settle of SETTLE)
    for (const [what, next] of [
      ['leased by somebody else', 'hold'],
      ['done by somebody else', 'ack'],
      ['failed by somebody else, and delayed', 'fail'],
      ['released by somebody else, and waiting', 'release'],
      ['killed by somebody else', 'kill'],
    ] as const)
      it(
        `a late ${settle} changes nothing of a task ${what}`,
        inHouse(async (house) => {
          const name = house.name();
          const [late, other] = [
            house.queue<number>(name, { sweepEvery: null }),
            house.queue<number>(name, { sweepEvery: null, retry: { backoff: 100_000 } }),
          ];
          (await late.put(1)).unwrap();
          const first = await taken(late);
          assert.equal((await other.requeue()).unwrap(), 1);
          const second = await taken(other);
          assert.equal(second.deliveries, 2);
          if (next !== 'hold') assert.equal(codeOf(await second[next]()), 'ok');
          await unchanged(house, name, async () => {
            assert.equal(codeOf(await first[settle]()), 'STALE');
            assert.equal(codeOf(await first.extend(1_000)), 'STALE');
          });
          assert.ok(late.told.includes('stale'));
        }),
      );

  for (const settle of SETTLE)
    it(
      `a late ${settle} changes nothing of another task with the same id of the caller's own`,
      inHouse(async (house) => {
        const name = house.name();
        const [late, other] = [
          house.queue<string>(name, { sweepEvery: null }),
          house.queue<string>(name, { sweepEvery: null }),
        ];
        const put = async () => (await other.put('x', { id: 'mine' })).unwrap();
        assert.deepEqual(await put(), { id: 'mine', added: true });
        assert.deepEqual(await put(), { id: 'mine', added: false });
        const first = await taken(late);
        await other.requeue();
        assert.equal(codeOf(await (await taken(other)).ack()), 'ok');

        // Waiting, then leased as a first delivery, then handed back: at no time is it the one that is settled.
        assert.deepEqual(await put(), { id: 'mine', added: true });
        const again = house.queue<string>(name, { connection: house.connect(), sweepEvery: null });
        await unchanged(house, name, async () => assert.equal(codeOf(await first[settle]()), 'STALE'));
        const second = await taken(again);
        assert.equal(second.deliveries, 1);
        const stale = first as Task<string>;
        await unchanged(house, name, async () => assert.equal(codeOf(await stale[settle]()), 'STALE'));
        await other.requeue();
        await unchanged(house, name, async () => assert.equal(codeOf(await stale[settle]()), 'STALE'));
        assert.equal(codeOf(await second.ack()), 'ok', 'its own late ack counts');
      }),
    );

  // The holder above has settled once, so its client knows. These ask Redis itself, each with a fresh holder.
  for (const settle of SETTLE)
    for (const moment of ['waits', 'is leased', 'is handed back', 'is delayed', 'is dead'] as const)
      it(
        `Redis refuses a first ${settle} of a task long done, while its namesake ${moment}`,
        inHouse(async (house) => {
          const name = house.name();
          const [late, other] = [
            house.queue<string>(name, { sweepEvery: null }),
            house.queue<string>(name, { sweepEvery: null }),
          ];
          (await other.put('first', { id: 'mine' })).unwrap();
          const first = await taken(late);
          await other.requeue();
          await (await taken(other)).ack();
          (await other.put('second', { id: 'mine', ...(moment === 'is delayed' && { delay: 100_000 }) })).unwrap();
          const second = moment === 'waits' || moment === 'is delayed' ? undefined : await taken(other);
          if (moment === 'is handed back') await other.requeue();
          if (moment === 'is dead') await second?.kill();
          await unchanged(house, name, async () => assert.equal(codeOf(await first[settle]()), 'STALE'));
        }),
      );

  it(
    'an ack after the sweep and before the redelivery counts, and spares the second delivery; what comes again is not early',
    inHouse(async (house) => {
      const name = house.name();
      const [late, other] = [
        house.queue<string>(name, { sweepEvery: null }),
        house.queue<string>(name, { sweepEvery: null }),
      ];
      (await late.putMulti(['a', 'b', 'c'], { id: (payload) => payload })).unwrap();
      const [a, b] = (await late.getMulti(2)).unwrap();
      assert.equal((await other.requeue()).unwrap(), 2);
      assert.equal(codeOf((await a?.ack()) as never), 'ok');
      assert.equal((await other.stats()).unwrap().ready, 2);
      assert.equal(codeOf((await b?.fail('late')) as never), 'STALE', 'only an ack may be late');

      // The id still stands in line where it was handed back: put again with a delay, it must not be served there.
      assert.deepEqual((await other.put('again', { id: 'a', delay: 300 })).unwrap(), { id: 'a', added: true });
      const put = performance.now();
      assert.deepEqual(
        (await other.getMulti(3)).unwrap().map(({ id, deliveries }) => [id, deliveries]),
        [
          ['b', 2],
          ['c', 1],
        ],
      );
      const again = await taken(other);
      assert.deepEqual([again.payload, again.deliveries], ['again', 1]);
      assert.ok(performance.now() - put > 290, `it came after ${performance.now() - put} ms`);
      for (const id of ['a', 'b', 'c']) assert.ok((await other.remove(id)).unwrap());
      assert.deepEqual(
        (await house.remains(name)).filter((key) => key !== 'wake'),
        ['totals', 'meta'],
      );
    }),
  );

  for (const order of ['front', 'back', 'delay'] as const)
    it(
      `a task removed as it waits, and put again (${order}), is delivered once, and not before its time`,
      inHouse(async (house) => {
        const name = house.name();
        const queue = house.queue<string>(name, { sweepEvery: null });
        const options = { front: order === 'front', delay: order === 'delay' ? 300 : 0 };
        (await queue.putMulti(['x', 'y'], { id: String })).unwrap();
        // Twice, so that two entries stand for nothing.
        for (const version of [1, 2]) {
          assert.equal((await queue.remove('x')).unwrap(), true);
          assert.equal((await queue.remove('x')).unwrap(), false);
          assert.equal((await queue.stats()).unwrap().ready, 1);
          assert.deepEqual((await queue.put(`x ${version}`, { id: 'x', ...options })).unwrap(), {
            id: 'x',
            added: true,
          });
        }
        const put = performance.now();
        const payloads: string[] = [];
        const consumer = house.consume(queue, 8, (task) => {
          payloads.push(task.payload);
          task.ack();
        });
        await until(() => consumer.tasks.length === 2);
        assert.deepEqual(payloads.sort(), ['x 2', 'y']);
        if (order === 'delay') assert.ok(performance.now() - put > 290);
        await until(async () => (await house.remains(name)).join() === 'totals,meta', { what: 'nothing is left' });
        const { put: counted, acked, ready } = (await queue.stats()).unwrap();
        assert.deepEqual({ counted, acked, ready }, { counted: 4, acked: 2, ready: 0 });
      }),
    );

  it(
    'whoever holds a removed task finds his settlement STALE',
    inHouse(async (house) => {
      const name = house.name();
      const queue = house.queue<number>(name, { sweepEvery: null });
      const ids = (await queue.putMulti(SETTLE.map((_, i) => i))).unwrap().map(({ id }) => id);
      const tasks = (await queue.getMulti(4)).unwrap();
      for (const id of ids) assert.ok((await queue.remove(id)).unwrap());
      for (const [i, settle] of SETTLE.entries()) assert.equal(codeOf((await tasks[i]?.[settle]()) as never), 'STALE');
      assert.deepEqual(
        (await house.remains(name)).filter((key) => key !== 'wake'),
        ['totals', 'meta'],
      );
      assert.equal((await queue.stats()).unwrap().acked, 0);
    }),
  );
});
