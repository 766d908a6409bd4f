import assert from 'node:assert/strict';
import { ignoreElements, map, Observable, type OperatorFunction, take } from 'rxjs';
import type { Flow } from '../../src/stream.ts';
import type { Settlement } from '../../src/task.ts';
import type { It } from '../support/it.ts';
import { marbles } from '../support/marbles.ts';
import { callsOf, task, tasks } from '../support/tasks.ts';

// What every operator owes its users, whatever it does. Each law takes what makes the operator and gives the
// body of a test; `obeys` hands them to `it`. For the values used, the operator must answer at once.

type Make<In> = () => OperatorFunction<In, unknown>;

/** It completes in the frame its source does when it holds nothing back, and also when nothing came at all. */
export const completesWithItsSource = <In>(make: Make<In>) =>
  marbles(({ cold, expectObservable }) => {
    expectObservable(cold<In>('---|').pipe(make())).toBe('---|');
    expectObservable(cold<In>('|').pipe(make())).toBe('|');
  });

/** The source's error is its error: the same one, in the same frame. */
export const passesTheErrorOnAtOnce = <In>(make: Make<In>) =>
  marbles(({ cold, expectObservable }) => {
    const error = new Error('from the source');

    expectObservable(cold<In>('---#', {}, error).pipe(make())).toBe('---#', {}, error);
    expectObservable(cold<In>('#', {}, error).pipe(make())).toBe('#', {}, error);
  });

/** Whoever unsubscribes from it unsubscribes from its source. */
export const letsGoWhenUnsubscribed = <In>(make: Make<In>, value: In) =>
  marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const source = hot<In>('-v---v---v-|', { v: value });
    const subscribed = '    ^------!';
    const unsubscribe = '   -------!';

    expectObservable(source.pipe(make(), ignoreElements()), unsubscribe).toBe('-');
    expectSubscriptions(source.subscriptions).toBe(subscribed);
  });

/** A source that emits without a pause is stopped in its tracks, by the operators after this one. */
export const stopsASourceThatNeverPauses =
  <In>(make: Make<In>, value: In) =>
  () => {
    let emitted = 0;
    const firehose = new Observable<In>((out) => {
      while (!out.closed && emitted < 1_000) {
        emitted++;
        out.next(value);
      }
    });

    let seen = 0;
    firehose.pipe(make(), take(3)).subscribe(() => seen++);
    assert.deepEqual({ seen, emitted }, { seen: 3, emitted: 3 });
  };

/** Applied to nothing until subscribed, and to each subscription anew. */
export const keepsNothingBetweenSubscriptions =
  <In>(make: Make<In>, value: In) =>
  () => {
    let subscriptions = 0;
    const source = new Observable<In>((out) => {
      subscriptions++;
      out.next(value);
      out.complete();
    });
    const seen = (result: Observable<unknown>) => {
      const log: unknown[] = [];
      result.subscribe({ next: (each) => log.push(each), complete: () => log.push('complete') });
      return log;
    };

    const operator = make();
    const result = source.pipe(operator);
    assert.equal(subscriptions, 0);
    const once = seen(result);
    assert.deepStrictEqual(seen(result), once);
    assert.deepStrictEqual(seen(source.pipe(operator)), once);
  };

/** What is settled already is none of its business: the same objects, in order, in the frames they came in. */
export const passesSettlementsThrough = (make: Make<Flow>) =>
  marbles(({ hot, expectObservable }) => {
    const source = hot<Flow>('-a-b-(cd)-|', settled);
    const expected = '        -a-b-(cd)-|';
    const names = new Map<unknown, string>(Object.entries(settled).map(([name, each]) => [each, name]));

    expectObservable(
      source.pipe(
        make(),
        map((each) => names.get(each)),
      ),
    ).toBe(expected);
  });

/** Operators never settle: they say what is to become of a task, and the sink does it. */
export const doesNotTouchTasks = (make: Make<Flow>) => () => {
  const given = tasks('a', 'b', 'c');
  let emitted = 0;
  new Observable<Flow>((out) => {
    for (const each of given) out.next(each);
    out.complete();
  })
    .pipe(make())
    .subscribe(() => emitted++);

  assert.ok(emitted > 0);
  assert.deepEqual(given.flatMap(callsOf), []);
};

/** The laws of every operator between the source and the sink. */
export const obeys = (it: It, make: Make<Flow>, value: Flow = task('v')): void => {
  it('completes with its source', completesWithItsSource(make));
  it("passes its source's error on at once", passesTheErrorOnAtOnce(make));
  it('lets go of its source when unsubscribed', letsGoWhenUnsubscribed(make, value));
  it('stops a source that never pauses', stopsASourceThatNeverPauses(make, value));
  it('keeps nothing between subscriptions', keepsNothingBetweenSubscriptions(make, value));
  it('lets settlements pass untouched, at once and in order', passesSettlementsThrough(make));
  it('does not settle tasks of its own accord', doesNotTouchTasks(make));
};

const settled = {
  a: { task: task('a'), kind: 'ack', value: 1 },
  b: { task: task('b'), kind: 'fail', reason: new Error('boom'), delay: 5 },
  c: { task: task('c'), kind: 'release' },
  d: { task: task('d'), kind: 'kill', reason: 'enough', dead: 'too-old' },
} as const satisfies Record<string, Settlement>;
