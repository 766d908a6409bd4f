import assert from 'node:assert/strict';
import { map, type Observable } from 'rxjs';
import { LONGEST } from '../../src/check.ts';
import { Bell } from '../../src/sources/bell.ts';
import { FakeBroker } from '../support/broker.ts';
import { describe } from '../support/it.ts';
import { marbles } from '../support/marbles.ts';

const DAY = 86_400_000;

const rings = (name: string) => map<void, string>(() => name);

describe('Bell', (it) => {
  it(
    'rings for the one that waited longest, and waits on for the others',
    marbles(({ cold, expectObservable, flush }) => {
      const answers = ['---(x|)', '--(x|)', '-'];
      const broker = new FakeBroker({ wait: () => cold(answers.shift() ?? '-').pipe(map(() => undefined)) });
      const bell = new Bell(broker);
      const first = '  ---(a|)';
      const second = ' -----(b|)';
      const third = '  ------';

      expectObservable(bell.wait().pipe(rings('a'))).toBe(first);
      expectObservable(bell.wait().pipe(rings('b'))).toBe(second);
      expectObservable(bell.wait()).toBe(third);
      flush();
      assert.deepEqual(broker.calls, ['wait', 'wait', 'wait']);
    }),
  );

  it(
    'rings when a delayed task is due, without asking Redis',
    marbles(({ expectObservable, flush }) => {
      const broker = new FakeBroker();
      expectObservable(new Bell(broker).wait(4).pipe(rings('a'))).toBe('----(a|)');
      flush();
      assert.deepEqual(broker.calls, ['wait']);
    }),
  );

  it(
    'does not ring at once when the next delayed task is due later than a timer can wait',
    marbles(({ expectObservable }) => {
      const ninetyDays = new Bell(new FakeBroker()).wait(90 * DAY);
      expectObservable(ninetyDays.pipe(rings('a'))).toBe(`${LONGEST}ms (a|)`);
    }),
  );

  it(
    'passes a wake-up on that came when everybody had left',
    marbles(({ cold, expectObservable, flush }) => {
      const broker = new FakeBroker({ wait: () => cold('---(x|)').pipe(map(() => undefined)) });
      expectObservable(new Bell(broker).wait(), '-!').toBe('-');
      flush();
      assert.deepEqual(broker.calls, ['wait', 'nudge']);
    }),
  );

  it(
    'tells all who wait when Redis refuses, and asks anew for the next',
    marbles(({ cold, expectObservable, flush }) => {
      const refused = new Error('refused');
      const broker = new FakeBroker({ wait: () => cold('---#', {}, refused) as Observable<never> });
      const bell = new Bell(broker);
      expectObservable(bell.wait()).toBe('---#', {}, refused);
      expectObservable(bell.wait()).toBe('---#', {}, refused);
      expectObservable(bell.wait(), '----^').toBe('-------#', {}, refused);
      flush();
      assert.deepEqual(broker.calls, ['wait', 'wait']);
    }),
  );
});
