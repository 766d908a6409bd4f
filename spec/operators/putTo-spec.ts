import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  concat,
  from,
  lastValueFrom,
  map,
  NEVER,
  type ObservableInput,
  of,
  Subject,
  take,
  tap,
  timer,
  toArray,
} from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { QueueError } from '../../src/errors.ts';
import { type PutTarget, type PutToConfig, putTo } from '../../src/operators/putTo.ts';
import type { Put, PutOptions } from '../../src/put.ts';
import { Err, Ok, type Result } from '../../src/result.ts';
import { describe } from '../support/it.ts';
import { marbles } from '../support/marbles.ts';
import {
  completesWithItsSource,
  keepsNothingBetweenSubscriptions,
  letsGoWhenUnsubscribed,
  passesTheErrorOnAtOnce,
  stopsASourceThatNeverPauses,
} from './laws.ts';

type Answer = Result<readonly Put[], QueueError>;

const stored = (payloads: readonly string[]): Answer => Ok(payloads.map((id) => ({ id, added: true })));
const id = map(({ id }: Put) => id);

// A queue that notes what it is asked to put, and answers with `answer`.
class Stub implements PutTarget<string> {
  readonly calls: (readonly string[])[] = [];
  readonly options: PutOptions<string>[] = [];
  readonly #answer: (payloads: readonly string[]) => ObservableInput<Answer>;

  constructor(answer: (payloads: readonly string[]) => ObservableInput<Answer> = (payloads) => of(stored(payloads))) {
    this.#answer = answer;
  }

  putMulti(payloads: readonly string[], options: PutOptions<string>): ObservableInput<Answer> {
    this.calls.push(payloads);
    this.options.push(options);
    return this.#answer(payloads);
  }
}

describe('putTo', (it) => {
  const make = () => putTo(new Stub(), { max: 1 });
  it('completes with its source', completesWithItsSource(make));
  it("passes its source's error on at once when nothing waits to be put", passesTheErrorOnAtOnce(make));
  it('lets go of its source when unsubscribed', letsGoWhenUnsubscribed(make, 'v'));
  it('stops a source that never pauses', stopsASourceThatNeverPauses(make, 'v'));
  it('keeps nothing between subscriptions', keepsNothingBetweenSubscriptions(make, 'v'));

  it(
    'puts what has gathered while the last put was under way',
    marbles(({ cold, hot, expectObservable, flush }) => {
      const queue = new Stub((payloads) => cold('---x', { x: stored(payloads) }));
      const values = hot(' -abc-------|');
      const expected = '   ----a--(bc)|';

      expectObservable(values.pipe(putTo(queue), id)).toBe(expected);
      flush();
      assert.deepEqual(queue.calls, [['a'], ['b', 'c']]);
    }),
  );

  it(
    'puts together what came in the same turn',
    marbles(({ cold, hot, expectObservable, flush }) => {
      const queue = new Stub((payloads) => cold('-x', { x: stored(payloads) }));
      const values = hot(' -(ab)---c|');
      const expected = '   --(ab)---(c|)';

      expectObservable(values.pipe(putTo(queue), id)).toBe(expected);
      flush();
      assert.deepEqual(queue.calls, [['a', 'b'], ['c']]);
    }),
  );

  it(
    'puts no more than max at once, and has one call under way at a time',
    marbles(({ cold, hot, expectObservable, flush }) => {
      const queue = new Stub((payloads) => cold('-----x', { x: stored(payloads) }));
      const values = hot(' -(abcde)----------|');
      const expected = '   ------(ab)-(cd)-e-|';

      expectObservable(values.pipe(putTo(queue, { max: 2 }), id)).toBe(expected);
      flush();
      assert.deepEqual(queue.calls, [['a', 'b'], ['c', 'd'], ['e']]);
    }),
  );

  it(
    'puts all it has received before it passes an error of its source on',
    marbles(({ cold, hot, expectObservable, flush }) => {
      const error = new Error('from the source');
      const queue = new Stub((payloads) => cold('---x', { x: stored(payloads) }));
      const values = hot(' -ab#', undefined, error);
      const expected = '   ----a--(b#)';

      expectObservable(values.pipe(putTo(queue), id)).toBe(expected, undefined, error);
      flush();
      assert.deepEqual(queue.calls, [['a'], ['b']]);
    }),
  );

  it(
    'errors with the QueueError of a put, and puts nothing after it',
    marbles(({ cold, hot, expectObservable, expectSubscriptions, flush }) => {
      const full = new QueueError('FULL', 'no room');
      const queue = new Stub(() => cold('--x', { x: Err(full) }));
      const values = hot(' -ab--c-|');
      const subscribed = ' ^--!';
      const expected = '   ---#';

      expectObservable(values.pipe(putTo(queue))).toBe(expected, {}, full);
      expectSubscriptions(values.subscriptions).toBe(subscribed);
      flush();
      assert.deepEqual(queue.calls, [['a']]);
    }),
  );

  it(
    'gives up a put under way when unsubscribed',
    marbles(({ cold, hot, expectObservable, expectSubscriptions, flush }) => {
      const call = cold<Answer>('-----');
      const queue = new Stub(() => call);
      const values = hot(' -ab-----|');
      const unsubscribe = '----!';
      const called = '     -^--!';

      expectObservable(values.pipe(putTo(queue)), unsubscribe).toBe('----');
      expectSubscriptions(call.subscriptions).toBe(called);
      flush();
      assert.deepEqual(
        queue.options.map(({ signal }) => signal?.aborted),
        [true],
      );
    }),
  );

  it('does not abort what is done', async () => {
    const queue = new Stub(async (payloads) => stored(payloads));
    await lastValueFrom(of('a', 'b').pipe(putTo(queue)));
    assert.deepEqual(
      queue.options.map(({ signal }) => signal?.aborted),
      [false],
    );
  });

  it("passes the caller's signal on beside its own", () => {
    const caller = new AbortController();
    const queue = new Stub(() => NEVER);
    const subscription = of('a')
      .pipe(putTo(queue, { signal: caller.signal }))
      .subscribe();
    assert.equal(queue.options[0]?.signal?.aborted, false);
    caller.abort('enough');
    assert.equal(queue.options[0]?.signal?.reason, 'enough');
    subscription.unsubscribe();
  });

  it('passes options on, and asks for ids by the place of a value in the stream', async () => {
    const seen: string[] = [];
    const queue: PutTarget<string> = {
      putMulti(payloads, { id, signal, ...rest }) {
        const make = id as (payload: string, index: number) => string;
        seen.push(...payloads.map(make), JSON.stringify(rest));
        return Promise.resolve(stored(payloads));
      },
    };
    const config: PutToConfig<string> = {
      max: 2,
      delay: 5,
      front: true,
      headers: { by: 'me' },
      codec: 'raw',
      id: (value, i) => `${value}${i}`,
    };
    await lastValueFrom(of('a', 'b', 'c').pipe(putTo(queue, config)));

    const rest = '{"delay":5,"front":true,"headers":{"by":"me"},"codec":"raw"}';
    assert.deepEqual(seen, ['a0', 'b1', rest, 'c2', rest]);
  });

  it('errors when the queue throws, rejects or answers nothing', async () => {
    const boom = new Error('boom');
    const error = (answer: () => ObservableInput<Answer>) =>
      lastValueFrom(of('a').pipe(putTo(new Stub(answer)))).catch((error: unknown) => error);

    assert.equal(
      await error(() => {
        throw boom;
      }),
      boom,
    );
    assert.equal(await error(() => Promise.reject(boom)), boom);
    assert.equal(((await error(() => [])) as Error).name, 'EmptyError');
  });

  it('does not recurse when puts are done as they start', async () => {
    const gate = new Subject<Answer>();
    const many = Array.from({ length: 50_000 }, (_, i) => `${i}`);
    const queue = new Stub((payloads) => (payloads[0] === '0' ? gate : of(stored(payloads))));
    const puts = lastValueFrom(from(many).pipe(putTo(queue, { max: 1 }), id, toArray()));
    gate.next(stored(['0']));
    assert.deepEqual(await puts, many);
  });

  it('puts nothing more once its taker has enough', () => {
    const gate = new Subject<Answer>();
    const queue = new Stub((payloads) => (payloads[0] === 'a' ? gate : of(stored(payloads))));
    of('a', 'b', 'c')
      .pipe(putTo(queue, { max: 1 }), take(2))
      .subscribe();
    gate.next(stored(['a']));
    assert.deepEqual(queue.calls, [['a'], ['b']]);
  });

  it('puts every value once and in order, one call at a time, however values and answers fall', () => {
    const plan = fc.array(fc.record({ gap: fc.nat(4), lasts: fc.nat(6) }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(plan, fc.integer({ min: 1, max: 5 }), (steps, max) => {
        const given = steps.map((_, i) => `${i}`);
        const seen: string[] = [];
        let running = 0;
        const queue = new Stub((payloads) => {
          assert.equal(running++, 0);
          const { lasts } = steps[Number(payloads[0])] as (typeof steps)[number];
          return timer(lasts).pipe(
            tap(() => running--),
            map(() => stored(payloads)),
          );
        });
        new TestScheduler(() => {}).run(() => {
          concat(...steps.map(({ gap }, i) => timer(gap).pipe(map(() => `${i}`))))
            .pipe(putTo(queue, { max }), id)
            .subscribe((each) => seen.push(each));
        });
        assert.deepEqual(seen, given);
        assert.deepEqual(queue.calls.flat(), given);
        assert.ok(queue.calls.every(({ length }) => length >= 1 && length <= max));
      }),
    );
  });

  it('refuses what is no queue and no option, at call time', () => {
    const call =
      (...args: unknown[]) =>
      () =>
        (putTo as (...args: unknown[]) => unknown)(...args);
    const queue = new Stub();

    assert.throws(call(), /^TypeError: putTo: queue is undefined, expected a queue, with putMulti/);
    assert.throws(call({ put: 1 }), /^TypeError: putTo: queue is an object \(Object\)/);
    assert.throws(call(queue, { max: 0 }), /^RangeError: putTo: max is 0, expected a whole number, 1 to 10000/);
    assert.throws(call(queue, { max: 10_001 }), /^RangeError: putTo: max is 10001/);
    assert.throws(call(queue, { id: 'a' }), /^TypeError: putTo: id is "a", expected a function/);
    assert.throws(call(queue, { delay: -1 }), /^RangeError: putTo: delay is -1/);
    assert.throws(call(queue, { signal: 1 }), /^TypeError: putTo: signal is 1, expected an AbortSignal/);
  });
});
