import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { mergeMap } from 'rxjs';
import { describe } from '../support/it.ts';
import { until } from '../support/until.ts';
import { drain, lapse, onBoth, one, takeAll } from './onBoth.ts';

// contract.md, section 8, as far as it holds for any storage; what dies with a process or a connection is in spec/crash.

describe('contract: guarantees', (it) => {
  const both = onBoth(it);

  both('first deliveries are first in, first out, however they were put', async (open) => {
    const [queue, other] = [open<number>(), open<number>()];
    (await queue.put(1)).unwrap();
    (await other.putMulti([2, 3])).unwrap();
    void queue.put(4);
    (await queue.put(5, { id: 'own' })).unwrap();
    (await other.putNowait(6)).unwrap();
    assert.deepEqual(await drain(queue), [1, 2, 3, 4, 5, 6]);
  });

  both('returned tasks keep their order among themselves: released', async (open) => {
    const queue = open<number>();
    (await queue.putMulti([1, 2, 3, 4, 5])).unwrap();
    const tasks = (await queue.getMulti(4)).unwrap();
    await Promise.all(tasks.map((task) => task.release()));
    assert.deepEqual(await drain(queue), [1, 2, 3, 4, 5]);
  });

  both('returned tasks keep their order among themselves: failed without a delay', async (open) => {
    const queue = open<number>({ retry: { backoff: 0 } });
    (await queue.putMulti([1, 2, 3, 4])).unwrap();
    const tasks = (await queue.getMulti(3)).unwrap();
    await Promise.all(tasks.map((task) => task.fail()));
    assert.deepEqual(await drain(queue), [4, 1, 2, 3]);
  });

  both('returned tasks keep their order among themselves: failed with a backoff', async (open) => {
    const queue = open<number>({ retry: { backoff: 10 } });
    (await queue.putMulti([1, 2, 3])).unwrap();
    const tasks = await takeAll(queue);
    await Promise.all(tasks.map((task) => task.fail()));
    await sleep(30);
    assert.deepEqual(await drain(queue), [1, 2, 3]);
  });

  both('returned tasks keep their order among themselves: swept, taken in one call or in several', async (open) => {
    const queue = open<number>();
    (await queue.putMulti([1, 2, 3, 4, 5, 6])).unwrap();
    const together = (await queue.getMulti(3)).unwrap();
    await sleep(2);
    const single = await one(queue);
    await lapse(...together, single);
    assert.equal((await queue.sweep()).unwrap(), 4);
    assert.deepEqual(await drain(queue), [1, 2, 3, 4, 5, 6]);
  });

  both('an id is in exactly one place, whatever happens to it', async (open) => {
    const queue = open<number>({ retry: { limit: 3, backoff: 0 } });
    const places = async (): Promise<number> => {
      const { ready, leased, delayed, dead } = (await queue.stats()).unwrap();
      return ready + leased + delayed + dead;
    };
    (await queue.put(1, { id: 'x' })).unwrap();
    const steps: (() => Promise<unknown>)[] = [
      async () => (await one(queue)).release(),
      async () => (await one(queue)).fail(),
      async () => lapse(await one(queue)),
      () => queue.sweep(),
      () => queue.put(2, { id: 'x' }),
      async () => (await one(queue)).fail('boom', { delay: 1 }),
      () => sleep(10),
      async () => (await one(queue)).kill(),
      () => queue.dead.replay('all'),
      () => one(queue),
      () => queue.requeue(),
    ];
    for (const [i, step] of steps.entries()) {
      await step();
      assert.equal(await places(), 1, `after step ${i}`);
    }
  });

  both('each task is delivered until it is settled, and not once it is acked', async (open) => {
    const queue = open<number>({ retry: { backoff: 1 }, lease: 30_000, sweepEvery: 20 });
    const [tasks, done, acked] = [200, new Map<number, number>(), new Set<number>()];
    (await queue.putMulti(Array.from({ length: tasks }, (_, i) => i))).unwrap();
    const subscription = queue
      .tasks({ prefetch: 16 })
      .pipe(
        mergeMap(async (task) => {
          const { payload } = task;
          assert.equal(acked.has(payload), false, `${payload} came again after its ack`);
          const times = (done.get(payload) ?? 0) + 1;
          done.set(payload, times);
          // A third fails first, a third is let go of first.
          if (times === 1 && payload % 3 === 0) return task.fail('once');
          if (times === 1 && payload % 3 === 1) return task.release();
          acked.add(payload);
          return task.ack();
        }),
      )
      .subscribe();
    await until(() => acked.size === tasks);
    await until(async () => (await queue.stats()).unwrap().acked === tasks);
    subscription.unsubscribe();
    const { ready, leased, delayed, dead } = (await queue.stats()).unwrap();
    assert.deepEqual([ready, leased, delayed, dead], [0, 0, 0, 0]);
  });

  both('an idle consumer asks for nothing and still gets what is put, at once and in its time', async (open) => {
    const [consumer, producer] = [open<string>(), open<string>()];
    const seen: string[] = [];
    const subscription = consumer.tasks().subscribe((task) => {
      seen.push(task.payload);
      void task.ack();
    });
    await sleep(50);
    (await producer.put('late', { delay: 120 })).unwrap();
    (await producer.put('early', { delay: 40 })).unwrap();
    (await producer.put('now')).unwrap();
    await until(() => seen.length === 3);
    subscription.unsubscribe();
    assert.deepEqual(seen, ['now', 'early', 'late']);
  });
});
