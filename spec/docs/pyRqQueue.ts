import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { ackOnComplete, type QueueError, retryLimit, TaskBatch } from '../../src/index.ts';
import { drain, lapse, one, takeAll } from '../contract/onBoth.ts';
import { codeOf, type House } from '../support/house.ts';
import { replication } from '../support/replicas.ts';
import { until } from '../support/until.ts';

/** What the queues of aio-py-rq and py-rq have in common. */
export const queueCases = {
  'Queue(name, redis)': async (house: House) => {
    const queue = house.queue<string | { n: number }>(house.name(), { connection: house.client });
    (await queue.putMulti(['value', { n: 1 }])).unwrap();
    assert.deepEqual(await drain(queue), ['value', { n: 1 }]);
  },

  'synced_slaves_enabled, synced_slaves_count, synced_slaves_timeout': async (house: House) => {
    const { master, replicas } = await replication(house, 1);
    const name = house.name();
    const options = { connection: master.url, replicas: { count: 1, timeout: 5_000 } };
    const queue = house.queue<string>(name, options);
    (await queue.put('value')).unwrap();
    const [copy] = replicas.map(({ url }) => house.connect(url));
    assert.equal(await copy?.llen(`millrace:{${name}}:ready`), 1);
  },

  NotEnoughSyncedSlavesError: async (house: House) => {
    const { master } = await replication(house, 1);
    const queue = house.queue<string>(house.name(), { connection: master.url, replicas: { count: 2, timeout: 100 } });
    const short = (await queue.put('value')).val as QueueError;
    assert.equal(short.code, 'REPLICAS');
    assert.equal((await queue.stats()).unwrap().ready, 1, 'the write stays');
    await queue.put('value', { id: short.ids?.[0] as string });
    assert.equal((await queue.stats()).unwrap().ready, 1, 'and is repeated without harm');
  },

  client_id: async (house: House) => {
    const name = house.name();
    const [one_, other] = [house.queue<string>(name), house.queue<string>(name)];
    (await one_.putMulti(['same', 'same'])).unwrap();
    const [mine, theirs] = [await one(one_), await one(other)];
    (await mine.ack()).unwrap();
    assert.equal((await one_.stats()).unwrap().leased, 1);
    (await theirs.release()).unwrap();
    assert.deepEqual(await drain(one_), ['same']);
  },

  'get_count()': async (house: House) => {
    const queue = house.queue<string>(house.name());
    (await queue.putMulti(['a', 'b', 'c'])).unwrap();
    (await queue.put('later', { delay: 60_000 })).unwrap();
    await one(queue);
    const { ready, delayed } = (await queue.stats()).unwrap();
    assert.deepEqual([ready, delayed], [2, 1]);
  },

  'add_item(item)': async (house: House) => {
    const queue = house.queue<string>(house.name());
    for (const item of ['a', 'b', 'a']) assert.equal((await queue.put(item)).unwrap().added, true);
    assert.deepEqual(await drain(queue), ['a', 'b', 'a']);
  },

  'add_items(items)': async (house: House) => {
    const queue = house.queue<number>(house.name());
    const items = Array.from({ length: 25 }, (_, i) => i);
    (await queue.putMulti(items)).unwrap();
    assert.deepEqual((await queue.putMulti([])).unwrap(), []);
    assert.deepEqual(await drain(queue), items);
  },

  'get_items(count)': async (house: House) => {
    const queue = house.queue<number>(house.name());
    const get = async (n: number) => (await queue.getMulti(n, { timeout: 0 })).unwrap().map(({ payload }) => payload);
    assert.deepEqual(await get(10), []);
    assert.deepEqual(await house.remains(queue.name), [], 'asking leaves nothing behind');
    (await queue.putMulti([1, 2, 3, 4])).unwrap();
    assert.deepEqual(await get(3), [1, 2, 3]);
    assert.deepEqual(await get(3), [4]);
    assert.throws(() => queue.getMulti(0), RangeError);
  },

  'ack_item(item)': async (house: House) => {
    const queue = house.queue<string>(house.name());
    (await queue.putMulti(['same', 'same'])).unwrap();
    const [first, second] = await takeAll(queue);
    assert.equal(first && codeOf(await first.ack()), 'ok');
    assert.equal(first && codeOf(await first.ack()), 'STALE');
    assert.equal((await queue.stats()).unwrap().leased, 1);
    assert.equal(second && codeOf(await second.ack()), 'ok');
    assert.deepEqual(await drain(queue), []);
  },

  'ack_items(items)': async (house: House) => {
    const queue = house.queue<number>(house.name());
    (await queue.putMulti([1, 2, 3])).unwrap();
    (await new TaskBatch(await takeAll(queue)).ack()).unwrap();
    const { ready, leased, acked } = (await queue.stats()).unwrap();
    assert.deepEqual([ready, leased, acked], [0, 0, 3]);
  },

  'reject_item(item)': async (house: House) => {
    const queue = house.queue<number>(house.name());
    (await queue.putMulti([1, 2, 3])).unwrap();
    const first = await one(queue);
    (await first.release()).unwrap();
    assert.equal(codeOf(await first.release()), 'STALE');
    const again = await one(queue);
    assert.deepEqual([again.payload, again.failures], [1, 0]);
    (await again.fail('boom', { at: 'front' })).unwrap();
    const third = await one(queue);
    assert.deepEqual([third.payload, third.failures], [1, 1]);
  },

  'reject_items(items)': async (house: House) => {
    const queue = house.queue<number>(house.name());
    (await queue.putMulti([2, 6, 7, 9])).unwrap();
    const tasks = (await queue.getMulti(3)).unwrap();
    (await new TaskBatch(tasks).release()).unwrap();
    assert.deepEqual(await drain(queue), [2, 6, 7, 9]);
  },

  're_enqueue_timeout_items(timeout)': async (house: House) => {
    const queue = house.queue<string>(house.name());
    (await queue.putMulti(['a', 'b', 'c', 'waiting'])).unwrap();
    const busy = (await queue.getMulti(2)).unwrap();
    await sleep(310);
    await one(queue);
    (await busy[1]?.ack())?.unwrap();
    assert.equal((await queue.requeue({ olderThan: 60_000 })).unwrap(), 0);
    assert.equal((await queue.requeue({ olderThan: 300 })).unwrap(), 1, 'though its consumer has been busy since');
    assert.deepEqual(await drain(queue), ['a', 'waiting']);
  },

  're_enqueue_all_items()': async (house: House) => {
    const queue = house.queue<string>(house.name());
    (await queue.putMulti(['a', 'b', 'c', 'waiting'])).unwrap();
    const [, b] = (await queue.getMulti(3)).unwrap();
    assert.equal((await queue.requeue()).unwrap(), 3);
    assert.equal(b && codeOf(await b.ack()), 'ok');
    assert.deepEqual(await drain(queue), ['a', 'c', 'waiting']);
  },

  'drop_timeout_items(timeout)': async (house: House) => {
    const queue = house.queue<string>(house.name());
    (await queue.putMulti(['old', 'young', 'waiting'])).unwrap();
    const old = await one(queue);
    await sleep(310);
    const young = await one(queue);
    assert.equal((await queue.dropLeased({ olderThan: 300 })).unwrap(), 1);
    assert.deepEqual([codeOf(await old.ack()), codeOf(await young.ack())], ['STALE', 'ok']);
    assert.deepEqual(await drain(queue), ['waiting']);
  },

  'drop_all_items()': async (house: House) => {
    const queue = house.queue<string>(house.name());
    (await queue.putMulti(['a', 'b', 'waiting'])).unwrap();
    (await queue.getMulti(2)).unwrap();
    assert.equal((await queue.dropLeased()).unwrap(), 2);
    assert.equal((await queue.requeue()).unwrap(), 0);
    assert.deepEqual(await drain(queue), ['waiting']);
  },

  'items neither acked nor rejected': async (house: House) => {
    const name = house.name();
    const crashed = house.queue<string>(name);
    (await crashed.put('a')).unwrap();
    await lapse(await one(crashed));
    const next = house.queue<string>(name, { sweepEvery: 20 });
    assert.equal((await next.get({ timeout: 10_000 })).unwrap().payload, 'a');
  },

  'order, with one consumer that rejects the whole batch and re-enqueues': async (house: House) => {
    const name = house.name();
    const queue = house.queue<number>(name);
    (await queue.putMulti([1, 2, 3, 4, 5, 6])).unwrap();
    const crashed = (await queue.getMulti(2)).unwrap();
    const batch = (await queue.getMulti(2)).unwrap();
    (await new TaskBatch(batch).release()).unwrap();
    (await queue.requeue()).unwrap();
    assert.deepEqual(await drain(queue), [1, 2, 3, 4, 5, 6]);
    assert.equal(crashed.length, 2);
  },
};

/** What only aio-py-rq has. */
export const asyncQueueCases = {
  'processing_queue_name, timeouts_hash_name, retry_count_name, retry_timeout_name': async (house: House) => {
    const queue = house.queue<string>(house.name(), { retry: { backoff: 0 } });
    (await queue.put('a')).unwrap();
    (await (await one(queue)).fail()).unwrap();
    (await (await one(queue)).ack()).unwrap();
    const remains = await house.remains(queue.name);
    assert.deepEqual(
      remains.filter((key) => !['meta', 'totals', 'wake'].includes(key)),
      [],
    );
  },

  'max_retry_rollback, max_timeout_in_queue (max_retry, max_timeout in their README)': async (house: House) => {
    const queue = house.queue<string>(house.name(), { retry: { limit: 2, window: 1_000 } });
    const fail = async () => (await (await one(queue)).fail('boom', { at: 'front' })).unwrap();
    (await queue.put('a')).unwrap();
    for (let i = 0; i < 5; i++) await fail();
    assert.equal((await queue.dead.size()).unwrap(), 0, 'a burst within the window is forgiven');
    await sleep(1_010);
    await fail();
    const [letter] = (await queue.dead.list()).unwrap();
    assert.deepEqual([letter?.reason, letter?.failures], ['retry-limit', 6]);
    (await queue.put('seldom', { id: 'seldom' })).unwrap();
    await fail();
    await sleep(1_010);
    await fail();
    assert.equal((await queue.failures('seldom')).unwrap(), 2, 'long ago, but not too often');
    assert.deepEqual(await drain(queue), ['seldom']);
  },

  'can_rollback_item(item)': async (house: House) => {
    const queue = house.queue<string>(house.name(), { retry: { limit: 1 } });
    (await queue.putMulti(['a', 'b'], { id: (payload) => payload })).unwrap();
    (await (await one(queue)).fail('boom', { at: 'front' })).unwrap();
    assert.deepEqual([(await queue.failures('a')).unwrap(), (await queue.failures('a')).unwrap()], [1, 1]);
    const again = await one(queue);
    assert.equal(again.payload, 'a');
    (await again.fail('boom', { at: 'front' })).unwrap();
    assert.deepEqual(await drain(queue), ['b']);
    assert.equal((await queue.dead.size()).unwrap(), 1);

    const piped = house.queue<string>(house.name());
    (await piped.put('c')).unwrap();
    (await (await one(piped)).fail('boom', { at: 'front' })).unwrap();
    piped
      .tasks()
      .pipe(
        retryLimit({ limit: 0 }),
        ackOnComplete(() => assert.fail('not worked on')),
        piped.settle(),
      )
      .subscribe();
    await until(async () => (await piped.dead.size()).unwrap() === 1);
  },

  'reset_blocked_item(item)': async (house: House) => {
    const queue = house.queue<string>(house.name(), { retry: { limit: 1 } });
    (await queue.put('a', { id: 'a' })).unwrap();
    for (let i = 0; i < 3; i++) {
      (await (await one(queue)).fail('boom', { at: 'front' })).unwrap();
      assert.equal((await queue.resetFailures('a')).unwrap(), 1);
    }
    assert.equal((await queue.resetFailures('unknown')).unwrap(), 0);
    (await (await one(queue)).ack()).unwrap();
    assert.equal((await queue.failures('a')).unwrap(), 0);
  },

  'delete_item(item, count)': async (house: House) => {
    const left = async (count?: number): Promise<readonly [number, string[]]> => {
      const queue = house.queue<string>(house.name());
      (await queue.putMulti(['x', 'a', 'x', 'b', 'x'])).unwrap();
      const removed = (await queue.removeMatching('x', count === undefined ? {} : { count })).unwrap();
      return [removed, await drain(queue)];
    };
    assert.deepEqual(await left(), [3, ['a', 'b']]);
    assert.deepEqual(await left(2), [2, ['x', 'a', 'b']]);
    assert.deepEqual(await left(-2), [2, ['a', 'b', 'x']]);
    const queue = house.queue<string>(house.name());
    (await queue.put('taken')).unwrap();
    const taken = await one(queue);
    assert.equal((await queue.removeMatching('taken')).unwrap(), 0, 'what is being worked on stays');
    assert.equal(codeOf(await taken.ack()), 'ok');
  },

  'delete_items(items, count)': async (house: House) => {
    const queue = house.queue<string>(house.name());
    (await queue.putMulti(['a', 'b', 'c', 'a', 'd'])).unwrap();
    const removed = await Promise.all(['a', 'c', 'unknown'].map((item) => queue.removeMatching(item)));
    assert.deepEqual(
      removed.map((each) => each.unwrap()),
      [2, 1, 0],
    );
    assert.deepEqual(await drain(queue), ['b', 'd']);
  },
};
