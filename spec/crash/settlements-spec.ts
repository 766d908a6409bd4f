import assert from 'node:assert/strict';
import { keysOf } from '../../src/broker/keys.ts';
import type { Task } from '../../src/task.ts';
import { codeOf, inHouse, settles } from '../support/house.ts';
import { describe } from '../support/it.ts';
import type { Fate } from '../support/relay.ts';
import { until } from '../support/until.ts';

// Rows of the crash table about the end of a delivery: settled, too late, swept.

describe('crash table, settlements', (it) => {
  for (const fate of ['cut-after-forward', 'cut-before-forward'] as const satisfies Fate[])
    it(
      `row 5: settlements sent, ${fate === 'cut-after-forward' ? 'reply' : 'request'} lost, repeated: each takes effect once`,
      inHouse(async (house) => {
        const name = house.name();
        await house.loadScripts();
        const relay = await house.relay();
        const queue = house.queue<number>(name, { connection: relay.url, retry: { backoff: 60_000, limit: 1 } });
        const direct = house.queue<number>(name);
        const keys = keysOf('millrace', name);

        // 5 and 6 have failed once already, so one more failure is the last.
        (await direct.putMulti([5, 6])).unwrap();
        for (const task of (await direct.getMulti(2)).unwrap()) await task.fail('first', { at: 'front', delay: 0 });
        (await direct.putMulti([1, 2, 3, 4])).unwrap();
        const tasks: readonly Task<number>[] = (await queue.getMulti(6)).unwrap();
        const [again5, again6, ack, fail, release, kill] = tasks as [
          Task<number>,
          Task<number>,
          Task<number>,
          Task<number>,
          Task<number>,
          Task<number>,
        ];

        let cuts = 0;
        relay.onRequest((bytes) => (settles(bytes) && cuts++ === 0 ? fate : 'pass'));
        const results = await Promise.all([
          ack.ack(),
          fail.fail('because'),
          release.release(),
          kill.kill('no good'),
          again5.fail('second'),
          again6.ack(),
        ]);

        assert.deepEqual(results.map(codeOf), ['ok', 'ok', 'ok', 'ok', 'ok', 'ok']);
        assert.ok(cuts >= 2, 'it was sent again');
        const { ready, leased, delayed, dead, acked, failed, died, returned } = (await direct.stats()).unwrap();
        assert.deepEqual(
          { ready, leased, delayed, dead, acked, failed, died, returned },
          { ready: 1, leased: 0, delayed: 1, dead: 2, acked: 2, failed: 4, died: 2, returned: 1 },
        );
        assert.deepEqual(await house.client.lrange(keys.ready, '0', '-1'), [release.id]);
        assert.deepEqual(await house.client.zrange(keys.delayed, '0', '-1'), [fail.id]);
        assert.match((await house.client.hget(keys.failures, fail.id)) ?? '', /^1 \d+ - because$/);
        assert.deepEqual(
          (await direct.dead.list()).unwrap().map(({ payload, reason, message }) => [payload, reason, message]),
          again5.payload === 5
            ? [
                [4, 'killed', 'no good'],
                [5, 'retry-limit', 'second'],
              ]
            : [
                [4, 'killed', 'no good'],
                [6, 'retry-limit', 'second'],
              ],
        );
        assert.ok(!queue.told.includes('stale'), 'nobody is told that it came too late');
      }),
    );

  it(
    'row 5: killed before the reply of its ack: it is done, and nobody does it again',
    inHouse(async (house) => {
      const name = house.name();
      await house.loadScripts();
      const relay = await house.relay();
      const queue = house.queue<number>(name, { lease: 300, sweepEvery: 100 });
      const { id } = (await queue.put(1)).unwrap();
      const worker = house.worker('consumer', { url: relay.url, name, lease: 300 });
      await worker.heard({ task: id });
      relay.onRequest((bytes) => {
        if (!settles(bytes)) return 'pass';
        worker.signal('SIGKILL');
        return 'cut-after-forward';
      });
      worker.tell({ settle: 'ack', id });
      await worker.exited;

      await until(async () => (await queue.stats()).unwrap().acked === 1);
      assert.equal(codeOf(await queue.get({ timeout: 600 })), 'EMPTY');
      assert.deepEqual(await house.remains(name), ['totals', 'meta']);
    }),
  );

  it(
    'row 6: settled after the lease moved on: STALE, and the lease of the other one is as it was',
    inHouse(async (house) => {
      const name = house.name();
      const keys = keysOf('millrace', name);
      const queue = house.queue<number>(name, { sweepEvery: null });
      const puts = (await queue.putMulti([1, 2, 3, 4])).unwrap();
      const frozen = house.worker('consumer', { url: house.url, name, lease: 300, sweepEvery: null });
      for (const { id } of puts) await frozen.heard({ task: id });

      frozen.signal('SIGSTOP');
      await until(async () => (await queue.sweep()).unwrap() > 0, { what: 'its leases run out' });
      await queue.sweep();
      const tasks = (await queue.getMulti(4)).unwrap();
      assert.deepEqual(
        tasks.map(({ payload, deliveries }) => [payload, deliveries]),
        [1, 2, 3, 4].map((payload) => [payload, 2]),
      );
      const before = await house.client.zrange(keys.leases, '0', '-1', 'WITHSCORES');

      frozen.signal('SIGCONT');
      for (const [i, settle] of ['ack', 'fail', 'release', 'kill'].entries()) frozen.tell({ settle, id: puts[i]?.id });
      for (const { id } of puts) {
        const { code } = await frozen.heard({ settled: id });
        assert.equal(code, 'STALE');
        await frozen.heard({ event: 'stale', id });
      }

      assert.deepEqual(await house.client.zrange(keys.leases, '0', '-1', 'WITHSCORES'), before);
      const { leased, ready, delayed, dead, acked, failed } = (await queue.stats()).unwrap();
      assert.deepEqual(
        { leased, ready, delayed, dead, acked, failed },
        { leased: 4, ready: 0, delayed: 0, dead: 0, acked: 0, failed: 0 },
      );
      for (const task of tasks) assert.equal(codeOf(await task.ack()), 'ok');
      assert.deepEqual(await house.remains(name), ['totals', 'meta']);
    }),
  );

  it(
    'row 7: swept and acked at the same instant: every ack counts, nothing comes back',
    inHouse(async (house) => {
      const name = house.name();
      const [rounds, size] = [20, 50];
      const holder = house.queue<number>(name, { sweepEvery: null });
      // Each client has a connection of its own, or there would be no race.
      const sweepers = [1, 2].map(() => house.queue(name, { connection: house.connect(), sweepEvery: null }));
      const taker = house.queue<number>(name, { connection: house.connect(), sweepEvery: null });

      let [acked, taken, swept] = [0, 0, 0];
      for (let round = 0; round < rounds; round++) {
        (await holder.putMulti(Array.from({ length: size }, (_, i) => i))).unwrap();
        const tasks = (await holder.getMulti(size)).unwrap();
        assert.equal(tasks.length, size);
        await house.expire(name);
        const acks = Promise.all(
          tasks.map(async (task, i) => {
            for (let turns = i % 8; turns > 0; turns--) await new Promise(setImmediate);
            return task.ack();
          }),
        );
        const sweeps = Promise.all(sweepers.map((sweeper) => sweeper.sweep()));
        // In every other round somebody takes what was swept: then the ack is too late, and he has it to do.
        const takes = round % 2 === 0 ? [] : (await taker.getMulti(size, { timeout: 0 })).unwrap();
        for (const task of takes) assert.equal(codeOf(await task.ack()), 'ok');

        const codes = (await acks).map(codeOf);
        for (const each of await sweeps) swept += each.unwrap();
        const ok = codes.filter((code) => code === 'ok').length;
        assert.equal(ok + takes.length, size, `round ${round}: each is done by exactly one: ${codes}`);
        acked += ok;
        taken += takes.length;
      }

      assert.equal((await holder.stats()).unwrap().acked, rounds * size);
      assert.equal(acked + taken, rounds * size);
      assert.ok(swept > 0, 'there was no race at all');
      assert.equal(codeOf(await holder.getNowait()), 'EMPTY');
      assert.deepEqual(
        (await house.remains(name)).filter((key) => key !== 'wake'),
        ['totals', 'meta'],
      );
    }),
  );

  it(
    'row 8: four sweepers at once: each task comes back once, in order',
    inHouse(async (house) => {
      const name = house.name();
      const count = 3_500;
      const holder = house.queue<number>(name, { sweepEvery: null });
      (await holder.putMulti(Array.from({ length: count }, (_, i) => i))).unwrap();
      assert.equal((await holder.getMulti(count)).unwrap().length, count);
      await house.expire(name);

      const sweepers = [1, 2, 3, 4].map(() => house.queue(name, { connection: house.connect(), sweepEvery: null }));
      const swept = await Promise.all(sweepers.map((sweeper) => sweeper.sweep()));

      assert.equal(
        swept.reduce((sum, each) => sum + each.unwrap(), 0),
        count,
      );
      const { ready, leased, returned } = (await holder.stats()).unwrap();
      assert.deepEqual({ ready, leased, returned }, { ready: count, leased: 0, returned: count });
      const other = house.queue<number>(name, { connection: house.connect() });
      const again = (await other.getMulti(count)).unwrap();
      assert.deepEqual(
        again.map(({ payload }) => payload),
        Array.from({ length: count }, (_, i) => i),
      );
      assert.ok(again.every(({ deliveries }) => deliveries === 2));
    }),
  );
});
