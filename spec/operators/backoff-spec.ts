import assert from 'node:assert/strict';
import { map, of } from 'rxjs';
import { backoff } from '../../src/operators/backoff.ts';
import type { Flow } from '../../src/stream.ts';
import type { Settlement } from '../../src/task.ts';
import { describe } from '../support/it.ts';
import { marbles } from '../support/marbles.ts';
import { outcome, shown, task } from '../support/tasks.ts';
import { obeys } from './laws.ts';

const failed = (id: string, failures: number, more: Partial<Settlement> = {}): Settlement => ({
  task: task(id, { failures }),
  kind: 'fail',
  ...more,
});

const after = (policy: (failures: number) => number, given: Settlement): Settlement => {
  let seen: Settlement | undefined;
  of(given)
    .pipe(backoff(policy))
    .subscribe((each) => (seen = each));
  return seen as Settlement;
};

describe('backoff', (it) => {
  obeys(it, () => backoff(10));

  it(
    'gives failures their delay, by how often their task has failed with this one',
    marbles(({ hot, expectObservable }) => {
      const A: Settlement = { task: task('a'), kind: 'ack' };
      const settled = hot('-A-B-C-|', { A, B: failed('b', 0), C: failed('c', 2) });
      const expected = '   -A-b-c-|';

      const delayed = settled.pipe(backoff({ kind: 'exponential', base: 10 }), map(outcome));
      expectObservable(delayed).toBe(expected, { A: 'ack a', b: 'fail b in 10', c: 'fail c in 40' });
    }),
  );

  it(
    'leaves failures alone that have a delay or go to the front, and tasks',
    marbles(({ hot, expectObservable }) => {
      const a = failed('a', 0, { delay: 0 });
      const b = failed('b', 0, { at: 'front' });
      const flow = hot<Flow>('-a-b-t-|', { a, b, t: task('t') });
      const expected = '      -a-b-t-|';

      expectObservable(flow.pipe(backoff(99), map(shown))).toBe(expected, { a: 'fail a in 0', b: 'fail b', t: 't' });
    }),
  );

  it('delays failures that ask for the back of the line, and keeps their reason', () => {
    const reason = new Error('boom');
    const given = failed('a', 4, { at: 'back', reason });
    assert.deepEqual(
      after((failures) => failures * 7, given),
      { ...given, delay: 35 },
    );
  });

  it('leaves the delay to the queue when the policy fails, and says so in the reason', () => {
    const reason = new Error('boom');
    const given = failed('a', 2, { reason });

    const { reason: both, ...rest } = after(() => Number.NaN, given);
    assert.deepEqual(rest, { task: given.task, kind: 'fail' });
    assert.ok(both instanceof Error);
    assert.equal(both.cause, reason);
    assert.equal(both.message, 'boom (backoff: policy(3) is NaN, expected milliseconds, 0 or more)');

    const threw = after(
      () => {
        throw new Error('no idea');
      },
      failed('a', 0),
    );
    assert.equal((threw.reason as Error).message, 'backoff: the policy threw no idea');
    assert.equal('delay' in threw, false);
  });

  it('refuses what is no policy, at call time', () => {
    assert.throws(() => backoff(-1), /^RangeError: backoff: policy is -1, expected milliseconds, 0 or more/);
    assert.throws(() => backoff({ kind: 'cubic', base: 1 } as never), /^RangeError: backoff: policy.kind is "cubic"/);
  });
});
