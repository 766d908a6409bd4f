import assert from 'node:assert/strict';
import { map, of, throwError } from 'rxjs';
import type { Taken } from '../../src/broker/broker.ts';
import { QueueError } from '../../src/errors.ts';
import { type NextOptions, next } from '../../src/sources/next.ts';
import type { Task } from '../../src/task.ts';
import { type Answers, delivery, FakeBroker, intakeOn, taken } from '../support/broker.ts';
import { describe } from '../support/it.ts';
import { marbles } from '../support/marbles.ts';

const ids = map((tasks: readonly Task<string>[]) => tasks.map(({ id }) => id).join(' '));

const setUp = (answers: Answers, options: Partial<NextOptions> = {}) => {
  const broker = new FakeBroker(answers);
  const all = { count: 2, timeout: Number.POSITIVE_INFINITY, patience: 10_000, ...options };
  return { broker, tasks: next(intakeOn(broker).intake, all).pipe(ids) };
};

/** One answer after the other, then nothing more. */
const takes =
  (...answers: Taken[]): NonNullable<Answers['take']> =>
  () =>
    of(answers.shift() ?? taken());

describe('next', (it) => {
  it(
    'gives what there is, at once',
    marbles(({ expectObservable, flush }) => {
      const { broker, tasks } = setUp({ take: takes(taken('a')) });
      expectObservable(tasks).toBe('(a|)');
      flush();
      assert.deepEqual(broker.calls, ['take 2']);
    }),
  );

  it(
    'waits for something when there is nothing',
    marbles(({ cold, expectObservable, flush }) => {
      const wait = () => cold<void>('---(w|)');
      const { broker, tasks } = setUp({ take: takes(taken(), taken('ab')), wait });
      expectObservable(tasks).toBe('---(x|)', { x: 'a b' });
      flush();
      assert.deepEqual(broker.calls.slice(0, 3), ['take 2', 'wait', 'take 2']);
    }),
  );

  it(
    'looks when the next delayed task is due',
    marbles(({ expectObservable }) => {
      const { tasks } = setUp({ take: takes(taken('', 0, 4), taken('a')) });
      expectObservable(tasks).toBe('----(a|)');
    }),
  );

  it(
    'gives none after its timeout, and with none at all does not wait',
    marbles(({ expectObservable, flush }) => {
      const none = { x: '' };
      expectObservable(setUp({}, { timeout: 3 }).tasks).toBe('---(x|)', none);
      const { broker, tasks } = setUp({}, { timeout: 0 });
      expectObservable(tasks).toBe('(x|)', none);
      flush();
      assert.deepEqual(broker.calls, ['take 2']);
    }),
  );

  it(
    'takes what one step cannot, as long as there is more',
    marbles(({ expectObservable, flush }) => {
      const { broker, tasks } = setUp({ take: takes(taken('ab', 1), taken('c', 0)) }, { count: 300 });
      expectObservable(tasks).toBe('(x|)', { x: 'a b c' });
      flush();
      assert.deepEqual(broker.calls, ['take 250', 'take 250']);
    }),
  );

  it(
    'errors when Redis stays away, but gives what it has by then',
    marbles(({ expectObservable }) => {
      const away = new QueueError('CONNECTION', 'away');
      expectObservable(setUp({ take: () => throwError(() => away) }).tasks).toBe('#', {}, away);
      const answers = [of(taken('a', 1)), throwError(() => away)];
      expectObservable(setUp({ take: () => answers.shift() ?? of(taken()) }).tasks).toBe('(a|)');
    }),
  );

  it(
    'hands back what arrives when nobody wants it any more',
    marbles(({ cold, expectObservable, flush }) => {
      const { broker, tasks } = setUp({ take: () => cold('---(x|)', { x: taken('ab') }) });
      expectObservable(tasks, '-!').toBe('-');
      flush();
      assert.deepEqual(broker.calls, ['take 2', 'settle unseen a, unseen b']);
    }),
  );

  it(
    'waits on when all it got cannot be decoded',
    marbles(({ expectObservable, flush }) => {
      const garbage = { ...taken(), deliveries: [delivery('x', { body: Buffer.from('{') })] };
      const { broker, tasks } = setUp({ take: takes(garbage, taken('a')) });
      expectObservable(tasks).toBe('(a|)');
      flush();
      assert.deepEqual(broker.calls, ['take 2', 'take 2', 'settle kill x']);
    }),
  );
});
