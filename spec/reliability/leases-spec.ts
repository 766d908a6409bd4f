import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { take, toArray } from 'rxjs';
import { keysOf } from '../../src/broker/keys.ts';
import { codeOf, inHouse } from '../support/house.ts';
import { describe } from '../support/it.ts';
import { until } from '../support/until.ts';

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe('leases', (it) => {
  it(
    'are renewed while a slow handler lives: delivered once',
    inHouse(async (house) => {
      const name = house.name();
      const slow = house.queue<number>(name, { lease: 300, sweepEvery: 50 });
      const other = house.queue<number>(name, { connection: house.connect(), lease: 300, sweepEvery: 50 });
      (await slow.putMulti([1, 2])).unwrap();
      const done: number[] = [];
      slow
        .process(
          async ({ payload, deliveries }) => {
            await sleep(1_500);
            done.push(payload * 10 + deliveries);
          },
          { concurrency: 2, prefetch: 2 },
        )
        .subscribe();
      await until(async () => (await slow.stats()).unwrap().leased === 2);
      const eager = house.consume(other);

      await until(async () => (await slow.stats()).unwrap().acked === 2);
      assert.deepEqual(done, [11, 21]);
      assert.deepEqual(eager.tasks, []);
      assert.deepEqual(slow.told, []);
      assert.deepEqual(await house.remains(name), ['totals', 'meta']);
    }),
  );

  it(
    'move their end, and `leasedUntil` says so',
    inHouse(async (house) => {
      const queue = house.queue<number>(house.name(), { lease: 300, sweepEvery: 50 });
      (await queue.put(1)).unwrap();
      const task = (await queue.get()).unwrap();
      const first = task.leasedUntil.getTime();
      await until(() => task.leasedUntil.getTime() > first);
      assert.equal(codeOf(await task.extend(5_000)), 'ok');
      const [seconds = 0, micros = 0] = (await house.client.time()).map(Number);
      const ahead = task.leasedUntil.getTime() - (seconds * 1_000 + micros / 1_000);
      assert.ok(ahead > 4_000 && ahead <= 5_001, `${ahead} ms`);
      await task.ack();
      assert.equal(codeOf(await task.extend(100)), 'STALE');
    }),
  );

  for (const order of ['before', 'after'] as const)
    it(
      `pass on when the event loop is blocked for longer; an ack ${order} the next delivery ${order === 'before' ? 'counts and spares it' : 'is STALE'}`,
      inHouse(async (house) => {
        const name = house.name();
        const queue = house.queue<number>(name, { lease: 300, sweepEvery: null });
        const { id } = (await queue.put(1)).unwrap();
        // One credit, so that it does not take the task a second time itself.
        const worker = house.worker('consumer', { url: house.url, name, prefetch: 1, lease: 300, sweepEvery: null });
        await worker.heard({ task: id });
        worker.tell({ block: 800 });
        await until(async () => (await queue.sweep()).unwrap() === 1, { what: 'the lease ran out, and it is swept' });

        if (order === 'after') {
          const task = (await queue.get()).unwrap();
          assert.deepEqual([task.id, task.deliveries], [id, 2]);
          await worker.heard({ blocked: 800 });
          await worker.heard({ event: 'lost', id });
          worker.tell({ settle: 'ack', id });
          assert.equal((await worker.heard({ settled: id })).code, 'STALE');
          await worker.heard({ event: 'stale', id });
          assert.equal((await queue.stats()).unwrap().leased, 1, 'the other one still has it');
          assert.equal(codeOf(await task.ack()), 'ok');
        } else {
          await worker.heard({ blocked: 800 });
          await worker.heard({ event: 'lost', id });
          worker.tell({ settle: 'ack', id });
          assert.equal((await worker.heard({ settled: id })).code, 'ok');
          assert.equal(codeOf(await queue.getNowait()), 'EMPTY');
        }
        const { acked, ready, leased, returned } = (await queue.stats()).unwrap();
        assert.deepEqual({ acked, ready, leased, returned }, { acked: 1, ready: 0, leased: 0, returned: 1 });
        assert.deepEqual(
          (await house.remains(name)).filter((key) => key !== 'wake'),
          ['totals', 'meta'],
        );
      }),
    );

  it(
    'end when the pipeline drops a task unsettled: it comes back, the others stay',
    inHouse(async (house) => {
      const name = house.name();
      const queue = house.queue<string>(name, { sweepEvery: null });
      const puts = (await queue.putMulti(['dropped', 'kept'])).unwrap();
      const [dropped, kept] = puts.map(({ id }) => id);
      // Once only: dropped again and again, it would come back again and again.
      const worker = house.worker(
        'forgetful',
        { url: house.url, name, keep: 'kept', lease: 60_000, sweepEvery: null },
        { nodeArgs: ['--expose-gc'] },
      );
      await worker.heard({ event: 'dropped', id: dropped });
      const consumer = house.consume(queue, 1);
      await until(() => consumer.tasks.length === 1);
      assert.equal(consumer.ids[0], dropped);
      assert.ok((consumer.tasks[0]?.deliveries ?? 0) >= 2);
      assert.ok(!worker.said.some((message) => message.id === kept));
      const { leases } = keysOf('millrace', name);
      assert.deepEqual((await house.client.zrange(leases, '0', '-1')).sort(), [dropped, kept].sort());
    }),
  );

  for (const prefetch of [1, 2, 64, 1_000])
    it(
      `end on unsubscribe for what was not emitted: take(1) of prefetch ${prefetch} leaves the rest in order, undelivered`,
      inHouse(async (house) => {
        const name = house.name();
        const queue = house.queue<number>(name, { sweepEvery: null });
        const other = house.queue<number>(name, { connection: house.connect(), sweepEvery: null });
        (await queue.putMulti(upTo(300))).unwrap();
        const taken = await new Promise<{ payload: number }[]>((resolve, reject) =>
          queue.tasks({ prefetch }).pipe(take(1), toArray()).subscribe({ next: resolve, error: reject }),
        );
        assert.deepEqual(
          taken.map(({ payload }) => payload),
          [0],
        );
        await until(async () => (await other.stats()).unwrap().ready === 299, { what: 'they are handed back' });
        assert.equal((await other.stats()).unwrap().leased, 1, 'the emitted one keeps its lease');
        const rest = (await other.getMulti(300)).unwrap();
        assert.deepEqual(
          rest.map(({ payload }) => payload),
          upTo(300).slice(1),
        );
        assert.ok(rest.every(({ deliveries }) => deliveries === 1));
      }),
    );

  it(
    'of what was emitted go on after unsubscribing, until it settles',
    inHouse(async (house) => {
      const name = house.name();
      const queue = house.queue<number>(name, { lease: 200, sweepEvery: 50 });
      (await queue.putMulti([1, 2])).unwrap();
      const consumer = house.consume(queue, 1);
      await until(() => consumer.tasks.length === 1);
      consumer.unsubscribe();
      await sleep(700);
      assert.equal(codeOf((await consumer.tasks[0]?.ack()) as never), 'ok');
      assert.ok(!queue.told.includes('swept'));
      const { ready, leased, acked, returned } = (await queue.stats()).unwrap();
      assert.deepEqual({ ready, leased, acked, returned }, { ready: 1, leased: 0, acked: 1, returned: 0 });
    }),
  );

  it(
    'are handed back in order by requeue, and those of expired ones by sweep, oldest next',
    inHouse(async (house) => {
      const name = house.name();
      const queue = house.queue<number>(name, { sweepEvery: null });
      (await queue.putMulti(upTo(2_500))).unwrap();
      assert.equal((await queue.getMulti(2_400)).unwrap().length, 2_400);
      assert.equal((await queue.requeue({ olderThan: 60_000 })).unwrap(), 0);
      assert.equal((await queue.requeue()).unwrap(), 2_400);
      const again = (await queue.getMulti(2_500)).unwrap();
      assert.deepEqual(
        again.map(({ payload }) => payload),
        upTo(2_500),
      );
      await house.expire(name);
      assert.equal((await queue.sweep()).unwrap(), 2_500);
      assert.deepEqual(
        (await queue.getMulti(2_500)).unwrap().map(({ payload }) => payload),
        upTo(2_500),
      );
    }),
  );
});
