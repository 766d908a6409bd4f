import assert from 'node:assert/strict';
import { isDict, setOwn } from '../../src/codecs/dict.ts';
import { describe } from '../support/it.ts';

describe('dict', (it) => {
  it('is a plain object, and nothing with a class', () => {
    assert.ok(isDict({}));
    for (const value of [null, [], new Map(), new Date(), Object.create(null), 'a', undefined])
      assert.equal(isDict(value), false);
  });

  it('gets properties of its own, whatever they are called', () => {
    const dict: Record<string, unknown> = {};
    for (const key of ['__proto__', 'constructor', 'a']) setOwn(dict, key, { admin: true });
    assert.deepStrictEqual(Object.keys(dict), ['__proto__', 'constructor', 'a']);
    assert.equal(Object.getPrototypeOf(dict), Object.prototype);
    assert.equal(dict.admin, undefined);
    setOwn(dict, '__proto__', 5);
    assert.equal(JSON.stringify(dict), '{"__proto__":5,"constructor":{"admin":true},"a":{"admin":true}}');
  });
});
