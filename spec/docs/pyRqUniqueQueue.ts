import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { TaskBatch } from '../../src/index.ts';
import { drain, one, takeAll } from '../contract/onBoth.ts';
import { codeOf, type House } from '../support/house.ts';
import { uniqueQueue } from './comingFrom.ts';

/** What the unique queues of aio-py-rq and py-rq have in common. */
export const uniqueQueueCases = {
  'UniqueQueue(name, redis)': async (house: House) => {
    const queue = uniqueQueue<{ user: number; at: number }>(house, { unique: { by: ({ user }) => String(user) } });
    (await queue.put({ user: 1, at: 1 })).unwrap();
    assert.equal((await queue.put({ user: 1, at: 2 })).unwrap().added, false);
    assert.deepEqual(await drain(queue), [{ user: 1, at: 1 }]);
    const plain = uniqueQueue(house, { connection: house.client });
    (await plain.putMulti(['a', 'a'])).unwrap();
    assert.equal((await plain.stats()).unwrap().ready, 1);
  },

  'UniqueQueue.add_item(item)': async (house: House) => {
    const queue = uniqueQueue(house);
    const { id, added } = (await queue.put('a')).unwrap();
    assert.equal(added, true);
    assert.deepEqual((await queue.put('a')).unwrap(), { id, added: false });
    assert.deepEqual(await drain(queue), ['a']);
  },

  'UniqueQueue.add_items(items)': async (house: House) => {
    const queue = uniqueQueue(house);
    const items = Array.from({ length: 25 }, (_, i) => String(i % 15));
    assert.equal((await queue.putMulti(items)).unwrap().filter(({ added }) => added).length, 15);
    assert.deepEqual(await drain(queue), items.slice(0, 15));
  },

  'UniqueQueue.get_items(count)': async (house: House) => {
    const queue = uniqueQueue(house);
    (await queue.putMulti(['a', 'b', 'c'])).unwrap();
    assert.equal((await queue.getMulti(2, { timeout: 0 })).unwrap().length, 2);
    assert.equal((await queue.put('a')).unwrap().added, true);
    assert.deepEqual(await drain(queue), ['c', 'a']);
    const strict = uniqueQueue(house, { unique: { until: 'settled' } });
    (await strict.put('a')).unwrap();
    const task = await one(strict);
    assert.equal((await strict.put('a')).unwrap().added, false);
    (await task.ack()).unwrap();
    assert.equal((await strict.put('a')).unwrap().added, true);
  },

  'UniqueQueue.ack_item(item), ack_items(items)': async (house: House) => {
    const queue = uniqueQueue(house);
    (await queue.putMulti(['a', 'b', 'c'])).unwrap();
    (await (await one(queue)).ack()).unwrap();
    (await new TaskBatch(await takeAll(queue)).ack()).unwrap();
    const { ready, leased, acked } = (await queue.stats()).unwrap();
    assert.deepEqual([ready, leased, acked], [0, 0, 3]);
  },

  'UniqueQueue.reject_item(item), reject_items(items)': async (house: House) => {
    const queue = uniqueQueue(house);
    (await queue.putMulti(['a', 'b', 'c'])).unwrap();
    (await (await one(queue)).release()).unwrap();
    const tasks = await takeAll(queue);
    (await queue.putMulti(['x', 'b'])).unwrap();
    (await new TaskBatch(tasks).release()).unwrap();
    assert.deepEqual(await drain(queue), ['a', 'c', 'x', 'b'], 'b waits already, and stays where it is');
  },

  'UniqueQueue.re_enqueue_timeout_items(timeout), re_enqueue_all_items()': async (house: House) => {
    const queue = uniqueQueue(house);
    (await queue.putMulti(['a', 'b', 'c'])).unwrap();
    (await queue.getMulti(2)).unwrap();
    (await queue.put('b')).unwrap();
    assert.equal((await queue.requeue({ olderThan: 60_000 })).unwrap(), 0);
    await sleep(20);
    (await queue.requeue({ olderThan: 10 })).unwrap();
    assert.deepEqual(await drain(queue), ['a', 'c', 'b']);
    (await queue.requeue()).unwrap();
    assert.deepEqual(await drain(queue), ['a', 'c', 'b']);
  },

  'UniqueQueue.drop_timeout_items(timeout), drop_all_items()': async (house: House) => {
    const queue = uniqueQueue(house);
    (await queue.putMulti(['a', 'b', 'c'])).unwrap();
    (await queue.getMulti(2)).unwrap();
    assert.equal((await queue.dropLeased({ olderThan: 60_000 })).unwrap(), 0);
    assert.equal((await queue.dropLeased()).unwrap(), 2);
    assert.equal((await queue.put('a')).unwrap().added, true);
    assert.deepEqual(await drain(queue), ['c', 'a']);
  },
};

/** What only aio-py-rq has. */
export const asyncUniqueQueueCases = {
  'UniqueQueue.delete_item(item), delete_items(items)': async (house: House) => {
    const queue = uniqueQueue(house);
    (await queue.putMulti(['a', 'b', 'c'])).unwrap();
    assert.equal((await queue.removeMatching('a')).unwrap(), 1);
    assert.equal((await queue.removeMatching('a')).unwrap(), 0);
    assert.equal((await queue.put('a')).unwrap().added, true, 'it may come again');
    assert.deepEqual(await drain(queue), ['b', 'c', 'a']);
  },

  'UniqueQueue.can_rollback_item(item), reset_blocked_item(item)': async (house: House) => {
    const queue = uniqueQueue(house, { retry: { limit: 1 } });
    (await queue.put('a', { id: 'a' })).unwrap();
    const fail = async () => (await (await one(queue)).fail('boom', { at: 'front' })).unwrap();
    await fail();
    assert.equal((await queue.resetFailures('a')).unwrap(), 1);
    await fail();
    await fail();
    assert.equal(codeOf(await queue.getNowait()), 'EMPTY');
    assert.equal((await queue.dead.size()).unwrap(), 1);
    assert.equal((await queue.put('a')).unwrap().added, true, 'a dead letter keeps nothing out');
  },
};
