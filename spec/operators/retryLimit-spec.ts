import assert from 'node:assert/strict';
import { map, of, toArray } from 'rxjs';
import { retryLimit } from '../../src/operators/retryLimit.ts';
import type { Flow } from '../../src/stream.ts';
import type { Settlement } from '../../src/task.ts';
import { TaskBatch } from '../../src/taskBatch.ts';
import { describe } from '../support/it.ts';
import { marbles } from '../support/marbles.ts';
import { batch, shown, task } from '../support/tasks.ts';
import { obeys } from './laws.ts';

describe('retryLimit', (it) => {
  obeys(it, () => retryLimit({ limit: 5 }));
  obeys(it, () => retryLimit({ limit: 0 }), task('v', { failures: 1 }));

  it(
    'takes tasks out that have failed more often than the limit',
    marbles(({ hot, expectObservable }) => {
      const [a, b, c] = [task('a'), task('b', { failures: 2 }), task('c', { failures: 3 })];
      const tasks = hot(' -a-b-c-|', { a, b, c });
      const expected = '  -a-b-C-|';

      const flow = tasks.pipe(retryLimit({ limit: 2 }), map(shown));
      expectObservable(flow).toBe(expected, { a: 'a', b: 'b', C: 'kill c: failed 3 times, the limit is 2' });
    }),
  );

  it(
    'with a window forgives what has not been failing for longer than that',
    marbles(({ hot, expectObservable }) => {
      const a = task('a', { failures: 50, failingFor: 999 });
      const b = task('b', { failures: 50, failingFor: 1_000 });
      const c = task('c', { failures: 4, failingFor: 1_001 });
      const d = task('d', { failures: 3, failingFor: 9_999 });
      const tasks = hot(' -a-b-c-d-|', { a, b, c, d });
      const expected = '  -a-b-C-d-|';

      const flow = tasks.pipe(retryLimit({ limit: 3, window: 1_000 }), map(shown));
      const C = 'kill c: failed 4 times in 1001 ms, the limit is 3 in 1000 ms';
      expectObservable(flow).toBe(expected, { a: 'a', b: 'b', C, d: 'd' });
    }),
  );

  it(
    'takes tasks out that were delivered too often, whatever became of them',
    marbles(({ hot, expectObservable }) => {
      const tasks = hot(' -a-b-|', { a: task('a', { deliveries: 10 }), b: task('b', { deliveries: 11 }) });
      const expected = '  -a-B-|';

      const flow = tasks.pipe(retryLimit({ limit: 5, window: 1_000, deliveries: 10 }), map(shown));
      expectObservable(flow).toBe(expected, { a: 'a', B: 'kill b: delivered 11 times, the limit is 10' });
    }),
  );

  it(
    'takes them out of batches too: the kills first, then what is left, if anything is',
    marbles(({ hot, expectObservable }) => {
      const spent = (id: string) => task(id, { failures: 1 });
      const batches = {
        x: new TaskBatch([task('a'), spent('b'), task('c'), spent('d')]),
        y: new TaskBatch([spent('e')]),
        z: batch('f', 'g'),
      };
      const flow = hot('-x------y-z-|', batches);
      const expected = '-(BDx)--E-z-|';

      expectObservable(flow.pipe(retryLimit({ limit: 0 }), map(shown))).toBe(expected, {
        B: 'kill b: failed 1 times, the limit is 0',
        D: 'kill d: failed 1 times, the limit is 0',
        x: 'a c',
        E: 'kill e: failed 1 times, the limit is 0',
        z: 'f g',
      });
    }),
  );

  it('passes tasks and whole batches on as the very same objects', () => {
    const given: Flow[] = [task('a'), batch('b', 'c')];
    const seen: Flow[] = [];
    of(...given)
      .pipe(retryLimit({ limit: 5 }))
      .subscribe((each) => seen.push(each));
    assert.equal(seen.length, 2);
    assert.ok(seen.every((each, i) => each === given[i]));
  });

  it('files what it takes out under retry-limit', () => {
    const spent = task('a', { failures: 6 });
    let seen: unknown;
    of(spent)
      .pipe(retryLimit({ limit: 5 }), toArray())
      .subscribe((all) => (seen = all));
    const kill: Settlement = {
      task: spent,
      kind: 'kill',
      reason: 'failed 6 times, the limit is 5',
      dead: 'retry-limit',
    };
    assert.deepEqual(seen, [kill]);
  });

  it('refuses what is no limit, at call time', () => {
    const call = (config?: unknown) => () => retryLimit(config as never);

    assert.throws(call(), /^TypeError: retryLimit: limit is undefined, expected a whole number, 0 or more or Infinity/);
    assert.throws(call({ limit: -1 }), /^RangeError: retryLimit: limit is -1/);
    assert.throws(call({ limit: 2.5 }), /^RangeError: retryLimit: limit is 2.5/);
    assert.throws(call({ limit: 1, window: -1 }), /^RangeError: retryLimit: window is -1, expected milliseconds/);
    assert.throws(call({ limit: 1, deliveries: 0 }), /^RangeError: retryLimit: deliveries is 0/);
    assert.doesNotThrow(call({ limit: Infinity, deliveries: 10 }));
  });
});
