import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { delay, lastValueFrom, map, mergeMap, take, tap, toArray } from 'rxjs';
import type { Task } from '../../src/task.ts';
import { describe } from '../support/it.ts';
import { until } from '../support/until.ts';
import { drain, onBoth } from './onBoth.ts';

// contract.md, section 3, consuming: the stream.

describe('contract: tasks()', (it) => {
  const both = onBoth(it);

  both('emits what is there and what comes, in order', async (open) => {
    const queue = open<number>();
    (await queue.putMulti([1, 2])).unwrap();
    const seen: number[] = [];
    const subscription = queue.tasks().subscribe(({ payload }) => seen.push(payload));
    await until(() => seen.length === 2);
    (await open<number>().putMulti([3, 4])).unwrap();
    await until(() => seen.length === 4);
    subscription.unsubscribe();
    assert.deepEqual(seen, [1, 2, 3, 4]);
  });

  both('is cold: nothing is taken before it is subscribed to', async (open) => {
    const queue = open<number>();
    (await queue.put(1)).unwrap();
    queue.tasks();
    await sleep(20);
    assert.equal((await queue.stats()).unwrap().ready, 1);
  });

  for (const prefetch of [1, 2, 3, 7])
    both(`never has more than prefetch ${prefetch} unsettled tasks`, async (open) => {
      const queue = open<number>();
      (await queue.putMulti(Array.from({ length: 40 }, (_, i) => i))).unwrap();
      let [unsettled, most] = [0, 0];
      const settled$ = queue.tasks({ prefetch }).pipe(
        tap(() => {
          most = Math.max(most, ++unsettled);
        }),
        mergeMap(async (task) => {
          await sleep(task.payload % 3);
          const { leased } = (await queue.stats()).unwrap();
          assert.ok(leased <= prefetch, `${leased} leased`);
          unsettled--;
          return task.ack();
        }),
        take(40),
        toArray(),
      );
      assert.equal((await lastValueFrom(settled$)).length, 40);
      assert.ok(most <= prefetch, `${most} at once`);
      assert.ok(most > prefetch / 2 - 1, `only ${most} at once`);
    });

  for (const prefetch of [1, 3, 4, 5])
    both(`a consumer that settles nothing gets prefetch ${prefetch} tasks and no more`, async (open) => {
      const queue = open<number>();
      (await queue.putMulti(Array.from({ length: 20 }, (_, i) => i))).unwrap();
      const held: Task<number>[] = [];
      const subscription = queue.tasks({ prefetch }).subscribe((task) => held.push(task));
      await until(() => held.length === prefetch);
      await sleep(30);
      const { ready, leased } = (await queue.stats()).unwrap();
      subscription.unsubscribe();
      assert.deepEqual([held.length, ready, leased], [prefetch, 20 - prefetch, prefetch]);
    });

  both('gets prefetch tasks also when they come one by one', async (open) => {
    const queue = open<number>();
    const held: Task<number>[] = [];
    const subscription = queue.tasks({ prefetch: 5 }).subscribe((task) => held.push(task));
    for (let i = 0; i < 5; i++) {
      (await queue.put(i)).unwrap();
      await until(() => held.length === i + 1);
    }
    subscription.unsubscribe();
  });

  both('all of the prefetch is worked on at once, though the works end one by one', async (open) => {
    const queue = open<number>();
    (await queue.putMulti([1, 2, 3, 4, 5])).unwrap();
    const held: Task<number>[] = [];
    const subscription = queue.tasks({ prefetch: 4 }).subscribe((task) => held.push(task));
    await until(() => held.length === 4);
    (await held[2]?.ack())?.unwrap();
    await until(() => held.length === 5);
    subscription.unsubscribe();
  });

  both('credits come back however a task is settled', async (open) => {
    const queue = open<number>({ retry: { backoff: 60_000 } });
    (await queue.putMulti([0, 1, 2, 3, 4])).unwrap();
    const seen: number[] = [];
    const ways = [
      (task: Task) => task.ack(),
      (task: Task) => task.fail('boom'),
      (task: Task) => task.kill(),
      (task: Task) => task.ack(),
    ];
    const subscription = queue.tasks({ prefetch: 1 }).subscribe((task) => {
      seen.push(task.payload);
      void ways[task.payload]?.(task);
    });
    await until(() => seen.length === 5);
    subscription.unsubscribe();
    assert.deepEqual(seen, [0, 1, 2, 3, 4]);
  });

  both('unsubscribing hands back, in order and to the front, what was fetched and not emitted', async (open) => {
    const queue = open<number>();
    (await queue.putMulti([0, 1, 2, 3, 4, 5])).unwrap();
    const seen: Task<number>[] = [];
    await lastValueFrom(
      queue.tasks({ prefetch: 64 }).pipe(
        tap((task) => seen.push(task)),
        take(2),
      ),
    );
    await until(async () => (await queue.stats()).unwrap().ready === 4);
    assert.equal((await queue.stats()).unwrap().leased, 2, 'emitted ones keep their leases');
    (await queue.put(6)).unwrap();
    const [rest, others] = [[] as Task<number>[], (await queue.getMulti(10)).unwrap()];
    rest.push(...others);
    assert.deepEqual(
      rest.map(({ payload }) => payload),
      [2, 3, 4, 5, 6],
    );
    assert.ok(rest.every(({ deliveries }) => deliveries === 1));
    for (const task of seen) (await task.ack()).unwrap();
  });

  both('no task vanishes when subscriptions come and go while tasks arrive', async (open) => {
    const queue = open<number>();
    const done = new Set<number>();
    const numbers = Array.from({ length: 120 }, (_, i) => i);
    const producing = (async () => {
      for (const number of numbers) {
        (await queue.put(number)).unwrap();
        if (number % 10 === 0) await sleep(1);
      }
    })();
    while (done.size < numbers.length) {
      const subscription = queue.tasks({ prefetch: 8 }).subscribe((task) => {
        done.add(task.payload);
        void task.ack();
      });
      await sleep(3);
      subscription.unsubscribe();
      await sleep(0);
    }
    await producing;
    await until(async () => (await queue.stats()).unwrap().acked === numbers.length);
    const { ready, leased, dead, returned } = (await queue.stats()).unwrap();
    assert.deepEqual({ ready, leased, dead, returned }, { ready: 0, leased: 0, dead: 0, returned: 0 });
  });

  both('two consumers share the tasks, none gets what the other has', async (open) => {
    const queue = open<number>();
    const numbers = Array.from({ length: 100 }, (_, i) => i);
    (await queue.putMulti(numbers)).unwrap();
    const seen: number[] = [];
    const work = (task: Task<number>) => {
      seen.push(task.payload);
      return task.ack();
    };
    const a = queue.tasks({ prefetch: 4 }).pipe(delay(1), mergeMap(work)).subscribe();
    const b = open<number>().tasks({ prefetch: 4 }).pipe(delay(1), mergeMap(work)).subscribe();
    await until(() => seen.length >= 100);
    a.unsubscribe();
    b.unsubscribe();
    assert.deepEqual(
      [...seen].sort((x, y) => x - y),
      numbers,
    );
  });

  both('process acknowledges what completes and fails what errors', async (open) => {
    const queue = open<number>({ retry: { backoff: 60_000 } });
    (await queue.putMulti([1, 2, 3])).unwrap();
    const settled$ = queue.process(async ({ payload }) => {
      if (payload === 2) throw new Error('boom');
      return payload * 10;
    });
    const settled = await lastValueFrom(
      settled$.pipe(
        take(3),
        map(({ kind, ok, value }) => ({ kind, ok, value })),
        toArray(),
      ),
    );
    assert.deepEqual(settled, [
      { kind: 'ack', ok: true, value: 10 },
      { kind: 'fail', ok: true, value: undefined },
      { kind: 'ack', ok: true, value: 30 },
    ]);
    const { acked, failed, delayed } = (await queue.stats()).unwrap();
    assert.deepEqual({ acked, failed, delayed }, { acked: 2, failed: 1, delayed: 1 });
    assert.deepEqual(await drain(queue), []);
  });
});
