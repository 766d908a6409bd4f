import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
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
});
