import assert from 'node:assert/strict';
import fc from 'fast-check';
import { concat, from, map, NEVER, of } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { getMulti } from '../../src/operators/getMulti.ts';
import type { Flow } from '../../src/stream.ts';
import type { Task } from '../../src/task.ts';
import type { TaskBatch } from '../../src/taskBatch.ts';
import { describe } from '../support/it.ts';
import { marbles } from '../support/marbles.ts';
import { batch, shown, task, tasks } from '../support/tasks.ts';
import { obeys } from './laws.ts';

const [a, b, c, d, e] = tasks('a', 'b', 'c', 'd', 'e') as [Task, Task, Task, Task, Task];

// Digits and the like stand for themselves in a marble diagram; so do these, and there are many.
const letter = (i: number) => String.fromCharCode(0x4e00 + i);

describe('getMulti', (it) => {
  obeys(it, () => getMulti({ max: 1 }));

  it(
    'closes a batch when it is full, and an open one at the end of its window',
    marbles(({ hot, expectObservable }) => {
      const source = hot('-a-b-c---d------|', { a, b, c, d });
      const expected = '  -----x--------y-|';

      const batches = source.pipe(getMulti({ max: 3, within: 5 }), map(shown));
      expectObservable(batches).toBe(expected, { x: 'a b c', y: 'd' });
    }),
  );

  it(
    'opens a window with the first task of each batch',
    marbles(({ hot, expectObservable }) => {
      const source = hot('---a--b-c-----d--|', { a, b, c, d });
      const expected = '  -------x----y----(z|)';

      const batches = source.pipe(getMulti({ max: 9, within: 4 }), map(shown));
      expectObservable(batches).toBe(expected, { x: 'a b', y: 'c', z: 'd' });
    }),
  );

  it(
    'without a window gives what came together, as soon as the source pauses',
    marbles(({ hot, expectObservable }) => {
      const source = hot('-a-(bc)-(de)|', { a, b, c, d, e });
      const expected = '  -x-y----z---|';

      const batches = source.pipe(getMulti({ max: 3 }), map(shown));
      expectObservable(batches).toBe(expected, { x: 'a', y: 'b c', z: 'd e' });
    }),
  );

  it(
    'splits what came together by max',
    marbles(({ hot, expectObservable }) => {
      const source = hot('-(abcde)-|', { a, b, c, d, e });
      const expected = '  -(xyz)---|';

      const batches = source.pipe(getMulti({ max: 2 }), map(shown));
      expectObservable(batches).toBe(expected, { x: 'a b', y: 'c d', z: 'e' });
    }),
  );

  it(
    'with an endless window waits until a batch is full or the source completes',
    marbles(({ hot, expectObservable }) => {
      const source = hot('-a-- 60m -b-c- 60m -|', { a, b, c });
      const expected = '  ---- 60m -x--- 60m -(y|)';

      const batches = source.pipe(getMulti({ max: 2, within: Number.POSITIVE_INFINITY }), map(shown));
      expectObservable(batches).toBe(expected, { x: 'a b', y: 'c' });
    }),
  );

  it(
    'emits the open batch when the source completes, and drops it when the source errors',
    marbles(({ hot, expectObservable }) => {
      const error = new Error('boom');
      const options = { max: 3, within: 9 };

      expectObservable(hot('-a-b-|', { a, b }).pipe(getMulti(options), map(shown))).toBe('-----(x|)', { x: 'a b' });
      expectObservable(hot('-a-b-#', { a, b }, error).pipe(getMulti(options))).toBe('-----#', {}, error);
    }),
  );

  it(
    'lets settlements overtake the open batch',
    marbles(({ hot, expectObservable }) => {
      const s = { task: task('s'), kind: 'ack' } as const;
      const source = hot<Flow>('-a-s-b-|', { a, b, s });
      const expected = '        ---s-x-|';

      expectObservable(source.pipe(getMulti({ max: 2, within: 9 }), map(shown))).toBe(expected, {
        s: 'ack s',
        x: 'a b',
      });
    }),
  );

  it(
    'regroups batches that are already in the stream',
    marbles(({ hot, expectObservable }) => {
      const source = hot<Flow>('-x-a-y-|', { a, x: batch('p', 'q', 'r'), y: batch('s') });
      const expected = '        -1-2---(3|)';

      const batches = source.pipe(getMulti({ max: 2, within: 9 }), map(shown));
      expectObservable(batches).toBe(expected, { 1: 'p q', 2: 'r a', 3: 's' });
    }),
  );

  // The runner fails when a timer is still running at the end.
  it('leaves no timer behind, neither when a batch is full nor when unsubscribed', () => {
    const seen: string[] = [];
    concat(from(tasks('a', 'b', 'c')), NEVER)
      .pipe(getMulti({ max: 2, within: 60_000 }), map(shown))
      .subscribe((each) => seen.push(each))
      .unsubscribe();
    assert.deepEqual(seen, ['a b']);
  });

  it('loses, repeats and reorders nothing, however tasks and pauses fall', () => {
    const pauses = fc.array(fc.nat(6), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(pauses, fc.integer({ min: 1, max: 7 }), fc.constantFrom(0, 1, 5, Infinity), (gaps, max, within) => {
        const given = gaps.map((_, i) => task(`${i}`));
        const seen: TaskBatch[] = [];
        new TestScheduler(() => {}).run(({ hot }) => {
          const values = Object.fromEntries(given.map((each, i) => [letter(i), each]));
          const marble = `${gaps.map((gap, i) => '-'.repeat(gap) + letter(i)).join('')}|`;
          hot(marble, values)
            .pipe(getMulti({ max, within }))
            .subscribe((each) => seen.push(each));
        });
        assert.deepEqual(
          seen.flatMap(({ tasks }) => tasks.map(({ id }) => id)),
          given.map(({ id }) => id),
        );
        for (const { length } of seen) assert.ok(length >= 1 && length <= max);
      }),
    );
  });

  it('refuses what is not a size or a time, at call time', () => {
    const call = (config: unknown) => () => getMulti(config as never);
    const size = 'expected a whole number, 1 or more';

    assert.throws(call({ max: 0 }), new RangeError(`getMulti: max is 0, ${size}`));
    assert.throws(call({ max: 1.5 }), new RangeError(`getMulti: max is 1.5, ${size}`));
    assert.throws(call({ max: Infinity }), new RangeError(`getMulti: max is Infinity, ${size}`));
    assert.throws(call({ max: '3' }), new TypeError(`getMulti: max is "3", ${size}`));
    assert.throws(call(undefined), new TypeError(`getMulti: max is undefined, ${size}`));
    assert.throws(call(7), new TypeError('getMulti: config is 7, expected an object of options'));
    assert.throws(call({ max: 1, within: -1 }), /^RangeError: getMulti: within is -1, expected milliseconds/);
    assert.throws(call({ max: 1, within: Number.NaN }), /^RangeError: getMulti: within is NaN/);
  });

  it('gives batches whose payloads are those of the tasks', () => {
    const seen: unknown[] = [];
    of(task('a', { payload: 1 }), task('b', { payload: 2 }))
      .pipe(getMulti({ max: 2 }))
      .subscribe(({ payloads }) => seen.push(payloads));
    assert.deepEqual(seen, [[1, 2]]);
  });
});
