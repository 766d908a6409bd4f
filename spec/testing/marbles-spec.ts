import assert from 'node:assert/strict';
import { throwError, timer } from 'rxjs';
import { map } from 'rxjs/operators';
import { marbles } from '../../src/testing/marbles.ts';
import { describe } from '../support/it.ts';

class Coded extends Error {
  readonly code: string;

  constructor(message: string, code: string) {
    super(message);
    this.code = code;
  }
}

describe('marbles', (it) => {
  it(
    'runs timers in virtual time',
    marbles(({ expectObservable, expectSubscriptions, cold }) => {
      const source = cold('  a 60m b|');
      const expected = '     x 60m x|';
      const subscribed = '   ^ 60m -!';

      expectObservable(source.pipe(map(() => 'x'))).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(subscribed);
      expectObservable(timer(2)).toBe('--(a|)', { a: 0 });
    }),
  );

  it('fails when a value differs', () => {
    const spec = marbles(({ hot, expectObservable }) => expectObservable(hot('-a|')).toBe('-b|'));
    assert.throws(spec, { name: 'AssertionError' });
  });

  it('tells 1 from "1", and an object from one with another property', () => {
    for (const [actual, wanted] of [
      [1, '1'],
      [{ a: 1 }, { a: 1, b: undefined }],
      [[1], { 0: 1, length: 1 }],
    ]) {
      const spec = marbles(({ hot, expectObservable }) => {
        expectObservable(hot('a|', { a: actual })).toBe('a|', { a: wanted });
      });
      assert.throws(spec, { name: 'AssertionError' });
    }
  });

  it('tells errors apart by class, message and code', () => {
    const same = new Coded('boom', 'X');
    const check = (error: unknown) =>
      marbles(({ expectObservable }) => expectObservable(throwError(() => same)).toBe('#', {}, error));

    check(new Coded('boom', 'X'))();
    for (const other of [new Coded('bang', 'X'), new Coded('boom', 'Y'), new Error('boom'), 'boom', undefined])
      assert.throws(check(other), { name: 'AssertionError' });
  });

  it('fails when nothing is compared', () => {
    assert.throws(
      marbles(({ hot }) => void hot('-a|').subscribe()),
      /nothing is compared/,
    );
  });

  it('fails when an expectation is left without its toBe', () => {
    const spec = marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot('-a|');
      expectObservable(source).toBe('-a|');
      expectSubscriptions(source.subscriptions);
    });
    assert.throws(spec, /expectSubscriptions\(…\) without \.toBe/);
  });

  it('fails when the body is async', () => {
    const spec = marbles(async ({ hot, expectObservable }) => expectObservable(hot('-a|')).toBe('-a|'));
    assert.throws(spec, /must not be async/);
  });

  it('lets what the body throws through', () => {
    const boom = new Error('boom');
    const spec = marbles(() => {
      throw boom;
    });
    assert.throws(spec, boom);
  });
});
