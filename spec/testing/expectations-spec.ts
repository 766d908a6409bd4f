import assert, { AssertionError } from 'node:assert/strict';
import { defer, finalize, NEVER, type Observable, of } from 'rxjs';
import { Expectations, equal } from '../../src/testing/expectations.ts';
import { describe } from '../support/it.ts';

const message = (frame: number, value: unknown) => ({ frame, notification: { kind: 'N', value, error: undefined } });
const complete = (frame: number) => ({ frame, notification: { kind: 'C', value: undefined, error: undefined } });

const failure = (body: () => void): AssertionError => {
  try {
    body();
  } catch (error) {
    return error as AssertionError;
  }
  throw new Error('did not fail');
};

describe('expectations', (it) => {
  it('compares in the order the expectations were made, and names the one that fails', () => {
    const expectations = new Expectations();
    const one = expectations.expect('one', false, () => ({ toBe: () => {} }));
    const two = expectations.expect('two', false, () => ({ toBe: () => {} }));
    two.toBe();
    one.toBe();
    expectations.compare([message(1, 'a')], [message(1, 'a')]);
    const error = failure(() => expectations.compare([message(1, 'a')], [message(1, 'b')]));
    assert.match(error.message, /^two: /);
    assert.match(error.stack ?? '', /expectations-spec\.ts/);
  });

  it('shows a notification in one line where it can be said in one', () => {
    const { compare } = new Expectations();
    const expectations = new Expectations();
    expectations.expect('x', false, () => ({ toBe: () => {} })).toBe();
    const error = failure(() =>
      expectations.compare([message(3, 'ack a'), complete(9)], [message(4, 'ack a'), complete(9)]),
    );
    assert.match(error.message, /\+ +'3: ack a',\n- +'4: ack a',\n +'9 \|'/);
    assert.throws(() => compare([message(1, 1)], [message(1, '1')]), AssertionError);
  });

  it('tells 1 from "1", and a value from an end', () => {
    const differ = (a: unknown[], b: unknown[]) => {
      const expectations = new Expectations();
      expectations.expect('x', false, () => ({ toBe: () => {} })).toBe();
      assert.throws(() => expectations.compare(a, b), AssertionError);
    };
    differ([message(1, 1)], [message(1, '1')]);
    differ([message(1, '|')], [complete(1)]);
    differ([message(1, { a: 1 })], [message(1, { a: 1, b: undefined })]);
    differ([message(1, [message(1, 'a')])], [message(1, [message(2, 'a')])]);
    differ([], [complete(0)]);
  });

  it('complains of an expectation without its toBe, at its line, and of none at all', () => {
    const expectations = new Expectations();
    assert.throws(() => expectations.complete(), /nothing is compared/);
    expectations.expect('expectTasks', false, () => ({ toBe: () => {} }));
    const error = failure(() => expectations.complete());
    assert.match(error.message, /expectTasks\(…\) without \.toBe\(…\) compares nothing/);
    assert.match(error.stack ?? '', /^AssertionError.*\n\s+at .*expectations-spec\.ts/);
  });

  it('knows whether a stream goes on that nobody said when to leave, and leaves it in the end', () => {
    const expectations = new Expectations();
    let left = 0;
    const listen = (leaves: boolean, source: Observable<unknown>) =>
      expectations.expect('x', leaves, (expectation) => {
        expectation.listen(source.pipe(finalize(() => left++)), String).subscribe();
        return { toBe: () => {} };
      });
    listen(true, NEVER);
    listen(false, of(1));
    listen(false, NEVER);
    const open = () => expectations.all.map((each) => each.open);
    assert.deepEqual([open(), left], [[false, false, true], 1]);
    expectations.leave();
    assert.deepEqual([open(), left], [[false, false, false], 3]);
  });

  it('says which of them is subscribing, while it is', () => {
    const expectations = new Expectations();
    const seen: unknown[] = [];
    expectations.expect('x', false, (expectation) => {
      const source = defer(() => {
        seen.push(expectations.beginning === expectation);
        return of(1);
      });
      expectation.listen(source, String).subscribe();
      return { toBe: () => {} };
    });
    assert.deepEqual([seen, expectations.beginning], [[true], undefined]);
  });

  it('lets other errors than a difference through', () => {
    const odd = {
      get x(): never {
        throw new RangeError('odd');
      },
    };
    assert.throws(() => equal('x', odd, { x: 1 }, new Error('place')), RangeError);
  });
});
