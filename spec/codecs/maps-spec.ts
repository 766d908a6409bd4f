import assert from 'node:assert/strict';
import { toDicts } from '../../src/codecs/maps.ts';
import { describe } from '../support/it.ts';

describe('toDicts', (it) => {
  it('makes plain objects of Maps whose keys are all text, however deep they lie', () => {
    const text = () => new Map([['a', 1]]);
    const mixed = new Map<unknown, unknown>([
      [1, text()],
      [new Map([['k', 1]]), 2],
    ]);
    const value = toDicts([text(), new Set([text()]), mixed, new Map()]) as unknown[];
    assert.deepStrictEqual(value, [
      { a: 1 },
      new Set([{ a: 1 }]),
      new Map<unknown, unknown>([
        [1, { a: 1 }],
        [{ k: 1 }, 2],
      ]),
      {},
    ]);
    assert.deepStrictEqual(
      [1, null, 'a', undefined].map((each) => toDicts(each)),
      [1, null, 'a', undefined],
    );
  });

  it('sets no prototype', () => {
    const value = toDicts(new Map([['__proto__', new Map([['admin', true]])]])) as object;
    assert.equal(Object.getPrototypeOf(value), Object.prototype);
    assert.ok(Object.hasOwn(value, '__proto__'));
  });

  it('keeps what lies in itself or in two places', () => {
    const map = new Map<string, unknown>();
    map.set('self', map).set('list', [map]);
    const dict = toDicts(map) as { self: unknown; list: unknown[] };
    assert.equal(dict.self, dict);
    assert.equal(dict.list[0], dict);
  });
});
