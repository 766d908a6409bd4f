import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { UniqueQueue } from '../../src/structures/uniqueQueue.ts';
import { codeOf, inHouse } from '../support/house.ts';
import { describe } from '../support/it.ts';
import { until } from '../support/until.ts';

// Redis itself is full: `maxmemory` is reached, and its policy is to refuse writes.

const NOEVICTION = { redis: { args: ['--maxmemory-policy', 'noeviction'] } };

describe('a full Redis', (it) => {
  it(
    'answers FULL quickly, can be drained by consumers, and then takes puts again',
    inHouse(async (house) => {
      const queue = house.queue<string>(house.name());
      (await queue.put('warm up')).unwrap();
      await (await queue.get()).unwrap().ack();
      const used = Number(/used_memory:(\d+)/.exec(await house.client.info('memory'))?.[1]);
      await house.client.config('SET', 'maxmemory', String(used + 3_000_000));

      const payload = 'x'.repeat(20_000);
      let [count, code] = [0, 'ok'];
      let slowest = 0;
      for (; code === 'ok'; count++) {
        const began = performance.now();
        code = codeOf(await queue.put(payload));
        slowest = Math.max(slowest, performance.now() - began);
        assert.ok(count < 1_000, 'it is never full');
      }
      const accepted = count - 1;
      assert.equal(code, 'FULL');
      assert.ok(slowest < 2_000, `${slowest} ms`);
      const refused = await queue.putMulti([payload, payload]);
      assert.equal(codeOf(refused), 'FULL');
      assert.equal((await queue.stats()).unwrap().ready, accepted, 'all or nothing, and nothing was lost');

      const done: string[] = [];
      queue.process(async ({ id }) => done.push(id), { concurrency: 4 }).subscribe();
      await until(async () => (await queue.stats()).unwrap().acked === accepted + 1);
      assert.equal(new Set(done).size, accepted);
      await until(async () => (await queue.put(payload)).ok, { what: 'there is room again' });
      await until(async () => (await queue.stats()).unwrap().acked === accepted + 2);
      assert.ok(!queue.told.includes('error'), 'the sweeper had nothing to complain of');
    }, NOEVICTION),
  );

  it(
    'still renews leases, takes failures, hands back, and promotes what is due',
    inHouse(async (house) => {
      const name = house.name();
      const queue = house.queue<string>(name, { lease: 300, sweepEvery: 50, retry: { backoff: 100_000 } });
      const other = house.queue<string>(name, { connection: house.connect(), lease: 300, sweepEvery: 50 });
      (await queue.putMulti(['slow', 'fails', 'killed', 'released'])).unwrap();
      const later = (await queue.put('later', { delay: 200 })).unwrap();
      const [slow, fails, killed, released] = (await queue.getMulti(4)).unwrap();
      await house.loadScripts();
      await house.client.config('SET', 'maxmemory', '1');
      assert.equal(codeOf(await queue.putNowait('more')), 'FULL');

      const consumer = house.consume(other, 1, () => {});
      assert.equal(codeOf((await fails?.fail('no')) as never), 'ok');
      assert.equal(codeOf((await killed?.kill('no')) as never), 'ok');
      assert.equal(codeOf((await released?.release()) as never), 'ok');
      await until(() => consumer.tasks.length === 1);
      assert.equal(consumer.tasks[0]?.payload, 'released');
      assert.equal(codeOf((await consumer.tasks[0]?.ack()) as never), 'ok');
      await until(() => consumer.tasks.length === 2);
      assert.equal(consumer.ids[1], later.id);
      await sleep(1_000);
      assert.equal(codeOf((await slow?.extend(400)) as never), 'ok');
      await consumer.tasks[1]?.ack();
      assert.equal(codeOf((await slow?.ack()) as never), 'ok', 'its lease was renewed all the time');
      assert.equal(consumer.tasks.length, 2, 'and nobody else was given it');
      assert.deepEqual(
        [queue.told, other.told].flat().filter((type) => type === 'error' || type === 'lost'),
        [],
      );
      const { dead, delayed, acked } = (await queue.stats()).unwrap();
      assert.deepEqual({ dead, delayed, acked }, { dead: 1, delayed: 1, acked: 3 });
    }, NOEVICTION),
  );

  it(
    'can be cleared: by payload, by id, of what is leased, waiting or dead; replays, and forgets failures',
    inHouse(async (house) => {
      const queue = house.queue<string>(house.name(), { sweepEvery: null, retry: { backoff: 0 } });
      const put = (payloads: string[], priority = 0) =>
        queue.putMulti(payloads, { id: (payload) => payload, priority });
      (await put(['dead', 'again', 'leased', 'failed'])).unwrap();
      for (const task of (await queue.getMulti(2)).unwrap()) (await task.kill()).unwrap();
      (await queue.getMulti(1)).unwrap();
      (await (await queue.getNowait()).unwrap().fail('no')).unwrap();
      (await put(['removed', 'same', 'waits'])).unwrap();
      (await put(['urgent'], 5)).unwrap();
      (await queue.put('later', { delay: 60_000 })).unwrap();
      await house.loadScripts();
      await house.client.config('SET', 'maxmemory', '1');
      assert.equal(codeOf(await queue.putNowait('more')), 'FULL');

      assert.equal((await queue.remove('removed')).unwrap(), true);
      assert.equal((await queue.removeMatching('same')).unwrap(), 1);
      assert.equal((await queue.resetFailures('failed')).unwrap(), 1);
      assert.equal((await queue.dropLeased()).unwrap(), 1);
      assert.equal((await queue.dead.replay(['again'])).unwrap(), 1);
      assert.equal((await queue.dead.purge()).unwrap(), 1);
      const urgent = (await queue.getNowait()).unwrap();
      assert.equal(urgent.payload, 'urgent');
      assert.equal(codeOf(await urgent.release()), 'ok');
      assert.equal((await queue.purge()).unwrap(), 5);
      await house.client.config('SET', 'maxmemory', '0');
      const { ready, leased, delayed, dead } = (await queue.stats()).unwrap();
      assert.deepEqual([ready, leased, delayed, dead], [0, 0, 0, 0]);
      assert.deepEqual(await house.remains(queue.name), ['wake', 'totals', 'meta']);
    }, NOEVICTION),
  );

  it(
    'still buries what is too old, frees twins, and wakes who waits for room once there is',
    inHouse(async (house) => {
      const options = { sweepEvery: null, maxItems: 2, maxAge: 300 };
      const name = house.name();
      const queue = new UniqueQueue<string>(name, { connection: house.url, ...options });
      house.atEnd(() => queue.close({ timeout: 0 }));
      (await queue.putMulti(['a', 'b'])).unwrap();
      const waiting = queue.put('c');
      await until(async () => (await house.blocked()) === 1);
      await house.loadScripts();
      await house.client.config('SET', 'maxmemory', '1');
      const a = (await queue.getNowait()).unwrap();
      assert.equal(codeOf(await waiting), 'FULL', 'Redis has no memory for it');
      assert.equal(codeOf(await a.release()), 'ok');
      await sleep(310);
      assert.equal(codeOf(await queue.getNowait()), 'EMPTY');
      assert.equal((await queue.dead.size()).unwrap(), 2);
      await house.client.config('SET', 'maxmemory', '0');
      assert.deepEqual(
        (await queue.putMulti(['a', 'b'])).unwrap().map(({ added }) => added),
        [true, true],
      );
    }, NOEVICTION),
  );
});
