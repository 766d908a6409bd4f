import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe } from '../support/it.ts';
import { codeOf, drain, onBoth, one, takeAll } from './onBoth.ts';

// contract.md, section 3: tasks that are forgotten by their payload, or although somebody holds them.

describe('contract: removeMatching and dropLeased', (it) => {
  const both = onBoth(it);

  const spread = [
    ...['x', 'a', 'x', 'b', 'x'].map((payload) => ({ payload, options: {} })),
    { payload: 'x', options: { priority: 5 } },
    { payload: 'x', options: { delay: 60_000 } },
    { payload: 'c', options: { delay: 90_000 } },
  ] as const;

  for (const [count, left, delayed, gone] of [
    [0, ['a', 'b'], 1, 5],
    [1, ['x', 'x', 'a', 'x', 'b', 'x'], 1, 1],
    [2, ['x', 'x', 'a', 'x', 'b'], 1, 2],
    [4, ['x', 'a', 'b'], 1, 4],
    [9, ['a', 'b'], 1, 5],
    [-1, ['x', 'a', 'x', 'b', 'x'], 2, 1],
    [-2, ['a', 'x', 'b', 'x'], 2, 2],
    [-4, ['a', 'b'], 2, 4],
    [-9, ['a', 'b'], 1, 5],
  ] as const)
    both(
      `removeMatching with count ${count} forgets ${gone} of 5, from the ${count < 0 ? 'front' : 'back'}`,
      async (open) => {
        const queue = open<string>();
        for (const { payload, options } of spread) (await queue.put(payload, options)).unwrap();
        assert.equal((await queue.removeMatching('x', { count })).unwrap(), gone);
        const stats = (await queue.stats()).unwrap();
        assert.deepEqual([stats.ready, stats.delayed, stats.acked], [left.length, delayed, 0]);
        assert.deepEqual(await drain(queue), left);
      },
    );

  both('of payloads it means those that were encoded alike: the codec it is asked with says how', async (open) => {
    const queue = open<unknown>();
    (await queue.put('x')).unwrap();
    (await queue.put('x', { codec: 'raw' })).unwrap();
    (await queue.put('x', { headers: { by: 'me' } })).unwrap();
    (await queue.put('xx', { codec: 'raw' })).unwrap();
    (await queue.put('a\nx', { codec: 'raw' })).unwrap();
    assert.equal((await queue.removeMatching('x', { codec: 'raw' })).unwrap(), 1);
    assert.equal((await queue.removeMatching('x')).unwrap(), 2);
    assert.equal((await queue.stats()).unwrap().ready, 2);
    assert.equal(codeOf(await queue.removeMatching(1n)), 'CODEC');
    assert.throws(() => queue.removeMatching('x', { count: 0.5 }), RangeError);
  });

  both('leased and dead ones stay, also where their id was removed from the line before', async (open) => {
    const queue = open<string>();
    (await queue.putMulti(['x', 'x'])).unwrap();
    const [leased, dead] = await takeAll(queue);
    (await dead?.kill())?.unwrap();
    (await queue.putMulti(['first', 'x'], { id: (payload) => payload })).unwrap();
    (await queue.remove('x')).unwrap();
    (await queue.put('x', { id: 'x', priority: 1 })).unwrap();
    const again = await one(queue);
    assert.equal(again.id, 'x');
    (await queue.put('x', { id: 'y' })).unwrap();
    assert.equal((await queue.removeMatching('x', { count: -1 })).unwrap(), 1);
    assert.equal((await queue.removeMatching('x')).unwrap(), 0);
    assert.equal(codeOf((await leased?.ack()) as never), 'ok');
    assert.equal(codeOf(await again.ack()), 'ok');
    assert.equal((await queue.dead.size()).unwrap(), 1);
    assert.deepEqual(await drain(queue), ['first']);
  });

  both('removeMatching finds all of them, however many there are', async (open) => {
    const queue = open<number>();
    for (let i = 0; i < 3; i++) (await queue.putMulti(Array.from({ length: 1_000 }, (_, n) => n % 2))).unwrap();
    (await queue.putMulti(Array(1_200).fill(1), { delay: 60_000 })).unwrap();
    (await queue.putMulti(Array(1_200).fill(1), { priority: 1 })).unwrap();
    assert.equal((await queue.removeMatching(1, { count: 1_700 })).unwrap(), 1_700);
    assert.equal((await queue.removeMatching(1, { count: -1_700 })).unwrap(), 1_700);
    assert.equal((await queue.removeMatching(1)).unwrap(), 500);
    const { ready, delayed } = (await queue.stats()).unwrap();
    assert.deepEqual([ready, delayed], [1_500, 0]);
  });

  both('dropLeased forgets what is leased, old enough and renewed or not; its holder is told STALE', async (open) => {
    const queue = open<string>({ lease: 30_000 });
    (await queue.putMulti(['old', 'renewed', 'young', 'waits'], { id: (payload) => payload })).unwrap();
    const [old, renewed] = (await queue.getMulti(2)).unwrap();
    await sleep(60);
    (await renewed?.extend(90_000))?.unwrap();
    const young = await one(queue);
    assert.equal((await queue.dropLeased({ olderThan: 50 })).unwrap(), 2);
    for (const task of [old, renewed]) assert.equal(codeOf((await task?.ack()) as never), 'STALE');
    assert.equal(codeOf(await young.release()), 'ok');
    assert.deepEqual(await drain(queue), ['young', 'waits']);
    assert.equal((await queue.dropLeased()).unwrap(), 2);
    const { leased, acked, dead, returned } = (await queue.stats()).unwrap();
    assert.deepEqual([leased, acked, dead, returned], [0, 0, 0, 1]);
    assert.equal((await queue.put('old', { id: 'old' })).unwrap().added, true, 'its id may come again');
  });

  both('dropLeased goes through all leases, however many are too young', async (open) => {
    const queue = open<number>({ lease: 30_000 });
    const held: unknown[] = []; // what nobody holds goes back to the queue
    const take = async (): Promise<void> => {
      (await queue.putMulti(Array.from({ length: 1_500 }, (_, i) => i))).unwrap();
      const tasks = (await queue.getMulti(1_500, { timeout: 0 })).unwrap();
      assert.equal(tasks.length, 1_500);
      held.push(tasks);
    };
    await take();
    await sleep(600);
    await take();
    const dropped = (await queue.dropLeased({ olderThan: 590 })).unwrap();
    assert.equal(dropped, 1_500);
    assert.equal((await queue.stats()).unwrap().leased, 1_500);
    assert.equal(held.length, 2);
  });
});
