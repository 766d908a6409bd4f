import assert from 'node:assert/strict';
import * as check from '../src/check.ts';
import { describe } from './support/it.ts';

const complaint = (call: () => unknown): string => {
  try {
    call();
  } catch (error) {
    return String(error);
  }
  return 'nothing';
};

describe('check', (it) => {
  it('says which argument of what is wrong, what it got and what it expects', () => {
    assert.equal(
      complaint(() => check.milliseconds('Queue', 'lease', '5s', { min: 1 })),
      'TypeError: Queue: lease is "5s", expected milliseconds, 1 or more',
    );
    assert.equal(
      complaint(() => check.count('getMulti', 'max', 0)),
      'RangeError: getMulti: max is 0, expected a whole number, 1 or more',
    );
    assert.equal(
      complaint(() => check.count('list', 'limit', 1_001, { min: 1, max: 1_000 })),
      'RangeError: list: limit is 1001, expected a whole number, 1 to 1000',
    );
    assert.equal(
      complaint(() => check.count('removeMatching', 'count', 1.5, { min: Number.MIN_SAFE_INTEGER })),
      'RangeError: removeMatching: count is 1.5, expected a whole number, above, below or 0',
    );
    assert.equal(
      complaint(() => check.oneOf('requeue', 'at', 'middle', ['front', 'back'])),
      'RangeError: requeue: at is "middle", expected "front" or "back"',
    );
    assert.equal(
      complaint(() => check.strings('put', 'headers', { a: 1 })),
      'TypeError: put: headers.a is 1, expected a string',
    );
  });

  it('shows any value in a few words', () => {
    const shown = (value: unknown): string => check.wrongType('f', 'x', value, 'y').message.slice(8, -12);
    const shapes: unknown[] = [undefined, null, NaN, 5n, [1, 2], new Map(), Object.create(null), () => {}, Symbol('s')];

    assert.deepEqual(shapes.map(shown), [
      'undefined',
      'null',
      'NaN',
      '5n',
      'an array of 2',
      'an object (Map)',
      'an object (no class)',
      'a function',
      'Symbol(s)',
    ]);
    assert.equal(shown('x'.repeat(99)), `"${'x'.repeat(60)}…"`);
  });

  it('gives back what is in order', () => {
    assert.equal(check.count('f', 'x', Infinity, { min: 1, unlimited: true }), Infinity);
    assert.equal(check.milliseconds('f', 'x', 0.5), 0.5);
    assert.equal(check.text('f', 'x', 'a'), 'a');
    assert.deepEqual(check.options('f', 'x', undefined), {});
    assert.equal(check.abortSignal('f', undefined), undefined);
  });
});
