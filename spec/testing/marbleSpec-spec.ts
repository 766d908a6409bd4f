import assert from 'node:assert/strict';
import { finalize, interval, map, NEVER, timer } from 'rxjs';
import { marbles } from '../../src/testing/index.ts';
import { MarbleSpec } from '../../src/testing/marbleSpec.ts';
import { describe } from '../support/it.ts';

describe('virtual time of a marble spec', (it) => {
  it('ends with the last frame that is drawn, where there is a queue', () => {
    const frames: number[] = [];
    new MarbleSpec().run(({ queue, expectTasks, expectQueue }) => {
      const orders = queue('a-');
      interval(1).subscribe((n) => frames.push(n + 1));
      expectTasks(orders.tasks()).toBe('a--- 6ms -');
      expectQueue(orders, '--!').toHold({ leased: ['a'] });
      expectQueue(orders).toHold({ leased: ['a'] });
    });
    assert.equal(frames.at(-1), 10);
  });

  it('is over at once, however long leases and waits are', () => {
    const begin = performance.now();
    const frames: number[] = [];
    new MarbleSpec().run(({ queue, expectTasks, expectQueue }) => {
      const orders = queue('a');
      interval(1_000).subscribe((n) => frames.push(n));
      expectTasks(orders.tasks()).toBe('a 60s -');
      expectQueue(orders).toHold({ leased: ['a'] });
    });
    assert.equal(frames.length, 60);
    assert.ok(performance.now() - begin < 5_000);
  });

  it(
    'ends when nothing is left to do, where there is none',
    marbles(({ expectObservable }) => {
      expectObservable(timer(5_000).pipe(map(() => 'x'))).toBe('5s (x|)');
    }),
  );

  it(
    'is as far as the diagrams so far when a body flushes by itself',
    marbles(({ queue, expectTasks, expectQueue, flush }) => {
      const orders = queue('-a-');
      const seen: string[] = [];
      orders.tasks({ prefetch: 1 }).subscribe(({ id }) => seen.push(id));
      expectQueue(orders).toHold({ leased: ['a'] });
      expectTasks(NEVER).toBe('---');
      flush();
      assert.deepEqual(seen, ['a']);
    }),
  );

  it('lets go of what it listened to', () => {
    let left = 0;
    new MarbleSpec().run(({ queue, expectObservable }) => {
      const ticks = interval(1).pipe(finalize(() => left++));
      queue();
      expectObservable(ticks).toBe('-ab', { a: 0, b: 1 });
    });
    assert.equal(left, 1);
  });

  it('complains of an expectQueue without its toHold', () => {
    assert.throws(
      marbles(({ queue, expectQueue }) => void expectQueue(queue('a'))),
      /expectQueue\(…\) without \.toHold\(…\)/,
    );
  });

  it('shows what a queue holds, where it differs', () => {
    assert.throws(
      marbles(({ queue, expectQueue }) => expectQueue(queue('ab'), '!').toHold({ ready: ['a', 'b'] })),
      /^AssertionError.*: expectQueue: [\s\S]*- +'b'/,
    );
  });

  it('compares errors, ends and values of task streams as strictly as any', () => {
    const boom = new Error('boom');
    marbles(({ tasks, expectTasks }) => {
      expectTasks(tasks('-a#').pipe(map((task) => task))).toBe('-a#', {}, 'error');
      expectTasks(NEVER).toBe('');
    })();
    assert.throws(
      marbles(({ cold, expectSettlements }) =>
        expectSettlements(cold('-#', {}, boom)).toBe('-#', {}, new Error('bang')),
      ),
    );
    assert.throws(
      marbles(({ cold, expectSettlements }) => expectSettlements(cold('a', { a: 1 })).toBe('a', { a: '1' })),
    );
  });

  it('hands every helper of RxJS on', () => {
    new MarbleSpec().run((helpers) => {
      for (const name of ['cold', 'hot', 'time', 'flush', 'animate', 'expectSubscriptions'] as const)
        assert.equal(typeof helpers[name], 'function');
      assert.equal(helpers.time('---|'), 3);
      const source = helpers.cold('-a|');
      helpers.expectObservable(source).toEqual(source.pipe(map((value) => value)));
      helpers.expectSubscriptions(source.subscriptions).toBe(['^-!', '^-!']);
    });
  });
});
