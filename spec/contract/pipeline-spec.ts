import assert from 'node:assert/strict';
import { from, lastValueFrom, map, mergeMap, of, take, throwError, timer, toArray } from 'rxjs';
import { ackOnComplete } from '../../src/operators/ackOnComplete.ts';
import { backoff } from '../../src/operators/backoff.ts';
import { getMulti } from '../../src/operators/getMulti.ts';
import { putTo } from '../../src/operators/putTo.ts';
import { retryLimit } from '../../src/operators/retryLimit.ts';
import { describe } from '../support/it.ts';
import { until } from '../support/until.ts';
import { drain, onBoth, takeAll } from './onBoth.ts';

// contract.md, section 5. What each operator does by itself is said in marbles, in spec/operators.

describe('contract: the pipeline', (it) => {
  const both = onBoth(it);

  both('tasks, work, settlements: each task is settled by what became of its work', async (open) => {
    const queue = open<number>({ retry: { backoff: 60_000 } });
    (await queue.putMulti([1, 2, 3, 4])).unwrap();
    const settled$ = queue.tasks().pipe(
      ackOnComplete(({ payload }) => (payload % 2 === 0 ? throwError(() => new Error('even')) : of(payload * 10)), {
        concurrency: 4,
      }),
      queue.settle(),
      take(4),
      map(({ kind, ok, value, reason }) => [kind, ok, value ?? (reason as Error).message]),
      toArray(),
    );
    assert.deepEqual(await lastValueFrom(settled$), [
      ['ack', true, 10],
      ['fail', true, 'even'],
      ['ack', true, 30],
      ['fail', true, 'even'],
    ]);
    const { acked, failed, delayed, leased } = (await queue.stats()).unwrap();
    assert.deepEqual({ acked, failed, delayed, leased }, { acked: 2, failed: 2, delayed: 2, leased: 0 });
  });

  both('work that takes too long fails', async (open) => {
    const queue = open<number>({ retry: { backoff: 60_000 } });
    (await queue.put(1)).unwrap();
    const settled$ = queue.tasks().pipe(
      ackOnComplete(() => timer(10_000), { timeout: 20 }),
      queue.settle(),
      take(1),
    );
    assert.equal((await lastValueFrom(settled$)).kind, 'fail');
    assert.equal((await queue.stats()).unwrap().failed, 1);
  });

  both('getMulti makes batches, which settle whole', async (open) => {
    const queue = open<number>();
    (await queue.putMulti([1, 2, 3, 4, 5])).unwrap();
    const batches$ = queue.tasks().pipe(
      getMulti({ max: 2, within: 20 }),
      mergeMap(async (batch) => {
        (await batch.ack()).unwrap();
        return batch.payloads;
      }),
      take(3),
      toArray(),
    );
    assert.deepEqual(await lastValueFrom(batches$), [[1, 2], [3, 4], [5]]);
    assert.equal((await queue.stats()).unwrap().acked, 5);
  });

  both('retryLimit kills what failed too often, backoff says how long the others wait', async (open) => {
    const queue = open<number>();
    (await queue.put(1)).unwrap();
    let runs = 0;
    const subscription = queue
      .tasks()
      .pipe(
        retryLimit({ limit: 2 }),
        ackOnComplete(() => {
          runs++;
          throw new Error('boom');
        }),
        backoff(1),
        queue.settle(),
      )
      .subscribe();
    await until(async () => (await queue.stats()).unwrap().dead === 1);
    subscription.unsubscribe();
    const [letter] = (await queue.dead.list()).unwrap();
    assert.equal(letter?.reason, 'retry-limit');
    assert.equal((await queue.stats()).unwrap().failed, runs);
  });

  both('putTo puts a stream into a queue, in order', async (open) => {
    const queue = open<number>();
    const numbers = Array.from({ length: 1_000 }, (_, i) => i);
    const puts = await lastValueFrom(from(numbers).pipe(putTo(queue), toArray()));
    const tasks = await takeAll(queue);
    assert.deepEqual(
      tasks.map(({ payload }) => payload),
      numbers,
    );
    assert.deepEqual(
      puts.map(({ id }) => id),
      tasks.map(({ id }) => id),
    );
  });

  both('sink settles as an Observer', async (open) => {
    const queue = open<number>();
    (await queue.putMulti([1, 2])).unwrap();
    const subscription = queue
      .tasks()
      .pipe(ackOnComplete(({ payload }) => of(payload)))
      .subscribe(queue.sink());
    await until(async () => (await queue.stats()).unwrap().acked === 2);
    subscription.unsubscribe();
  });

  both('tasks of two queues settle through one sink, each in its own queue', async (open) => {
    const [queue, other] = [open<number>(), open<number>({ prefix: 'millrace-other' })];
    (await queue.put(1)).unwrap();
    (await other.put(2)).unwrap();
    const settlements = [...(await takeAll(queue)), ...(await takeAll(other))].map((task) => ({
      task,
      kind: 'ack' as const,
    }));
    const settled = await lastValueFrom(from(settlements).pipe(queue.settle(), toArray()));
    assert.deepEqual(
      settled.map(({ ok }) => ok),
      [true, true],
    );
    assert.equal((await queue.stats()).unwrap().acked, 1);
    assert.equal((await other.stats()).unwrap().acked, 1);
    assert.deepEqual(await drain(other), []);
  });
});
