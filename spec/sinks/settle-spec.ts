import assert from 'node:assert/strict';
import { asyncScheduler, map, of } from 'rxjs';
import { QueueError, type QueueErrorCode } from '../../src/errors.ts';
import { Ok } from '../../src/result.ts';
import { settle } from '../../src/sinks/settle.ts';
import {
  type Answer,
  type Held,
  type Holder,
  type Settled,
  type Settlement,
  Task,
  type Verdict,
} from '../../src/task.ts';
import { delivery } from '../support/broker.ts';
import { describe } from '../support/it.ts';
import { marbles } from '../support/marbles.ts';

/** Answers every verdict two frames later: with no error, or with the one that its id is. */
const slow: Holder = {
  queue: 'q',
  settle({ id }: Held, verdict: Verdict, answer: Answer) {
    const error = /^[A-Z]+$/.test(id) ? new QueueError(id as QueueErrorCode, 'no', { ids: [id] }) : undefined;
    asyncScheduler.schedule(() => answer(error, id, verdict), 2);
  },
  attempt: async () => Ok(undefined),
  extend: async () => Ok(undefined),
};

const task = (id: string) => new Task(delivery(id), id, slow);
const shown = map(({ id, kind, ok, value, reason }: Settled) => [id, kind, ok, value, reason].join(' '));
const ack = (id: string): Settlement => ({ task: task(id), kind: 'ack', value: 1 });

describe('settle', (it) => {
  it(
    'emits what became of each settlement as it is answered, and completes after the last',
    marbles(({ hot, expectObservable }) => {
      const fail: Settlement = { task: task('b'), kind: 'fail', reason: 'why' };
      const settlements = hot(' -(ab)-c|', { a: ack('a'), b: fail, c: ack('c') });
      const expected = '        ---(AB)-(C|)';

      const [A, B, C] = ['a ack true 1 ', 'b fail true  why', 'c ack true 1 '];
      expectObservable(settlements.pipe(settle(), shown)).toBe(expected, { A, B, C });
    }),
  );

  it(
    'says which came too late',
    marbles(({ hot, expectObservable }) => {
      const settlements = hot(' -a-b|', { a: ack('STALE'), b: ack('CLOSED') });
      const expected = '        ---A-(B|)';

      const [A, B] = ['STALE ack false 1 ', 'CLOSED ack false 1 '];
      expectObservable(settlements.pipe(settle(), shown)).toBe(expected, { A, B });
    }),
  );

  it(
    'goes on when replicas are short of what was settled: it took effect',
    marbles(({ hot, expectObservable }) => {
      const settlements = hot(' -a-b|', { a: ack('REPLICAS'), b: ack('b') });
      const expected = '        ---A-(B|)';

      const [A, B] = ['REPLICAS ack true 1 ', 'b ack true 1 '];
      expectObservable(settlements.pipe(settle(), shown)).toBe(expected, { A, B });
    }),
  );

  it(
    'completes with a source that is empty',
    marbles(({ hot, expectObservable }) => {
      expectObservable(hot<Settlement>('--|').pipe(settle())).toBe('--|');
    }),
  );

  it(
    "passes its source's error on once what came before it is answered",
    marbles(({ hot, expectObservable }) => {
      const boom = new Error('boom');
      const settlements = hot(' -a#', { a: ack('a') }, boom);
      const expected = '        ---(A#)';

      expectObservable(settlements.pipe(settle(), shown)).toBe(expected, { A: 'a ack true 1 ' }, boom);
    }),
  );

  it(
    'errors when Redis refuses for good',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const settlements = hot(' -a----', { a: ack('LAYOUT') });
      const subscribed = '      ^--!';
      const expected = '        ---#';

      const refused = new QueueError('LAYOUT', 'no', { ids: ['LAYOUT'] });
      expectObservable(settlements.pipe(settle())).toBe(expected, {}, refused);
      expectSubscriptions(settlements.subscriptions).toBe(subscribed);
    }),
  );

  it('errors with a TypeError or RangeError when something in the stream is no settlement', () => {
    const errorOf = (value: unknown): string => {
      let seen = 'nothing';
      of(value as Settlement)
        .pipe(settle())
        .subscribe({ error: (error) => (seen = String(error)) });
      return seen;
    };
    const a = task('a');
    for (const strange of [undefined, null, 5, {}, a, { kind: 'ack' }, { task: {}, kind: 'ack' }])
      assert.match(errorOf(strange), /^TypeError: settle: what the stream emits is .*, expected a settlement/);
    assert.match(errorOf({ task: a, kind: 'done' }), /^RangeError: settle: kind is "done", expected "ack" or/);
    assert.match(errorOf({ task: a, kind: 'fail', delay: -1 }), /^RangeError: settle: delay is -1/);
    assert.match(errorOf({ task: a, kind: 'fail', at: 'top' }), /^RangeError: settle: at is "top"/);
    assert.match(errorOf({ task: a, kind: 'kill', dead: 'fail' }), /^RangeError: settle: dead is "fail"/);
  });
});
