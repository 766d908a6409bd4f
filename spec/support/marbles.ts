import assert from 'node:assert/strict';
import type { Observable } from 'rxjs';
import { type RunHelpers, TestScheduler } from 'rxjs/testing';

export type { RunHelpers };

/**
 * A marble spec, to be handed to `it`. Strict where RxJS is not: values and errors compare by
 * `deepStrictEqual`, an expectation without its `.toBe` fails, and so does a body that compares nothing.
 *
 *     it('passes values on', marbles(({ hot, expectObservable }) => {
 *       const source = hot(' -a-b-|');
 *       const expected = '   -a-b-|';
 *       expectObservable(source).toBe(expected);
 *     }));
 */
export const marbles = (body: (helpers: RunHelpers) => void) => (): void => {
  const expectations: Expectation[] = [];
  const expected = <R extends object>(what: string, result: R): R => {
    const expectation = new Expectation(what);
    expectations.push(expectation);
    return expectation.watch(result);
  };

  const scheduler = new TestScheduler((actual, wanted) => assert.deepStrictEqual(actual, wanted));
  scheduler.run((helpers) => {
    const answer: unknown = body({
      ...helpers,
      expectObservable: <T>(observable: Observable<T>, subscription?: string | null) =>
        expected('expectObservable', helpers.expectObservable(observable, subscription)),
      expectSubscriptions: (logs) => expected('expectSubscriptions', helpers.expectSubscriptions(logs)),
    });
    if (answer instanceof Promise) throw new TypeError('marbles: the body must not be async, virtual time is');
  });

  if (expectations.length === 0)
    throw new Error('marbles: nothing is compared: neither expectObservable nor expectSubscriptions was called');
  const open = expectations.find(({ compared }) => !compared);
  if (open !== undefined) throw open;
};

/** Made where `expectObservable` is called, so that its stack names the line when no `.toBe` follows. */
class Expectation extends Error {
  compared = false;

  constructor(what: string) {
    super(`marbles: ${what}(…) without .toBe(…) compares nothing`);
  }

  watch<R extends object>(result: R): R {
    const watched = Object.entries(result).map(([name, compare]) => [
      name,
      (...args: unknown[]) => {
        this.compared = true;
        return compare(...args);
      },
    ]);
    return Object.fromEntries(watched) as R;
  }
}
