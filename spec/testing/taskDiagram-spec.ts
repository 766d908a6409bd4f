import assert from 'node:assert/strict';
import { map, mergeMap } from 'rxjs';
import { getMulti } from '../../src/operators/getMulti.ts';
import { retryLimit } from '../../src/operators/retryLimit.ts';
import { settle } from '../../src/sinks/settle.ts';
import { Task } from '../../src/task.ts';
import { ack, fail, kill, late, marbles, release } from '../../src/testing/index.ts';
import { describe } from '../support/it.ts';

describe('tasks in a diagram', (it) => {
  it(
    'are real tasks: the letter is the id, and the payload unless there is one',
    marbles(({ tasks, expectTasks, flush }) => {
      const seen: Task<unknown>[] = [];
      const [plain, priced] = [tasks('-a--(bc)-|'), tasks('a-|', { a: 4_200 })];
      plain.subscribe((task) => seen.push(task));
      priced.subscribe((task) => seen.push(task));
      expectTasks(plain).toBe('-a--(bc)-|');
      flush();
      assert.ok(seen.every((task) => task instanceof Task));
      assert.deepEqual(
        seen.map(({ id, payload }) => [id, payload]),
        [
          ['a', 4_200],
          ['a', 'a'],
          ['b', 'b'],
          ['c', 'c'],
        ],
      );
    }),
  );

  it(
    'know of themselves what the fields say; a letter again is the next delivery',
    marbles(({ tasks, expectTasks, expectObservable }) => {
      const limited = tasks('-a-b-|', {}, { b: { failures: 3 } }).pipe(retryLimit({ limit: 2 }));
      expectTasks(limited).toBe('-a-K-|', {
        K: kill('b', 'failed 3 times, the limit is 2', { dead: 'retry-limit' }),
      });
      const again = tasks('a-----a|').pipe(map(({ deliveries, enqueuedAt }) => `${deliveries} at ${+enqueuedAt}`));
      expectObservable(again).toBe('x-----y|', { x: '1 at 0', y: '2 at 6' });
    }),
  );

  it(
    'remember how they were settled, by themselves or by the sink, once per delivery',
    marbles(({ tasks, expectSettlements }) => {
      const [orders, others] = [tasks('-a-b-c-d-|'), tasks('-e---|')];
      expectSettlements(orders.settlements).toBe('-A-B-C-D--', {
        A: ack('a'),
        B: fail('b', 'no', { delay: 5 }),
        C: kill('c', 'enough'),
        D: release('d'),
      });
      orders.subscribe((task) => {
        if (task.id === 'a') void task.ack();
        if (task.id === 'b') void task.fail('no', { delay: 5 });
        if (task.id === 'c') void task.kill('enough');
        if (task.id === 'd') void task.release();
        void task.ack();
      });
      const twice = others.pipe(
        mergeMap((task) => [
          { task, kind: 'ack' as const },
          { task, kind: 'release' as const },
        ]),
        settle(),
      );
      expectSettlements(twice).toBe('-(AL)|', { A: ack('e'), L: late(release('e')) });
    }),
  );

  it('answer as a queue would: STALE once they are settled; extend moves the lease', async () => {
    const seen: Task[] = [];
    marbles(({ tasks, expectTasks }) => {
      const orders = tasks('a|');
      orders.subscribe((task) => seen.push(task));
      expectTasks(orders).toBe('a|');
    })();
    const [task] = seen as [Task];
    assert.ok((await task.extend(50_000)).ok);
    assert.ok(+task.leasedUntil >= 50_000);
    assert.ok((await task.ack()).ok);
    for (const result of [await task.ack(), await task.extend(1)]) assert.equal(result.err && result.val.code, 'STALE');
  });

  it(
    'are cold: each subscription has its own, from its own first frame',
    marbles(({ tasks, expectTasks }) => {
      const orders = tasks('-a-(bc)|');
      expectTasks(orders, '  --^').toBe('---a-(bc)|');
      expectTasks(orders.pipe(getMulti({ max: 3, within: 9 }))).toBe('---x---|', { x: 'a b c' });
    }),
  );
});
