import assert from 'node:assert/strict';
import { describeCall, repr } from '../../src/rq/python.ts';
import { describe } from '../support/it.ts';

describe('rq/python', (it) => {
  it('shows values as Python does', () => {
    for (const [value, text] of [
      [null, 'None'],
      [true, 'True'],
      [1.5, '1.5'],
      ["it's", `"it's"`],
      [`a'b"c\n`, `'a\\'b"c\\n'`],
      [[1, [2, 'x']], "[1, [2, 'x']]"],
      [{ a: false, 'b c': [] }, "{'a': False, 'b c': []}"],
      [new Map([[1, 'a']]), "{1: 'a'}"],
    ] as const)
      assert.equal(repr(value), text);
  });

  it('describes a call, each value cut at 75 characters, names sorted', () => {
    assert.equal(describeCall('m.f', [1, 'a'], { z: null, b: 2 }), "m.f(1, 'a', b=2, z=None)");
    const [, inside = ''] = /\((.*)\)/.exec(describeCall('m.f', ['x'.repeat(100)], {})) ?? [];
    assert.equal(inside.length, 75);
    assert.match(inside, /\.\.\.$/);
  });
});
