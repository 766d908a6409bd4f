import assert from 'node:assert/strict';
import {
  PyByteArray,
  PyComplex,
  PyDecimal,
  PyFloat,
  PyFrozenSet,
  PyObject,
  PyTuple,
  PyUuid,
} from '../../../src/codecs/pickle/types.ts';
import { describe } from '../../support/it.ts';

describe('types of Python', (it) => {
  it('can be gone through and shown as JSON', () => {
    const tuple = PyTuple.of(1, 'a');
    assert.deepStrictEqual([...tuple], [1, 'a']);
    assert.equal(tuple.length, 2);
    assert.deepStrictEqual([...new PyTuple(new Set([3]))], [3]);
    const set = new PyFrozenSet([1, 1, 2]);
    assert.deepStrictEqual([[...set], set.size, set.has(2)], [[1, 2], 2, true]);
    const all = { tuple, set, float: new PyFloat(3), decimal: new PyDecimal('1.20'), uuid: new PyUuid('0'.repeat(32)) };
    assert.equal(
      JSON.stringify(all),
      '{"tuple":[1,"a"],"set":[1,2],"float":3,"decimal":"1.20","uuid":"00000000-0000-0000-0000-000000000000"}',
    );
    assert.equal(`${all.decimal} ${all.uuid} ${+new PyFloat(2) + 1}`, '1.20 00000000-0000-0000-0000-000000000000 3');
  });

  it('are checked when they are made', () => {
    for (const text of ['1', '-1.5E+3', 'NaN', 'sNaN12', '-Infinity', '.5', '5.']) assert.ok(new PyDecimal(text));
    for (const text of ['1,5', 'x', '1 ', '--1', 'e5', '__import__'])
      assert.throws(() => new PyDecimal(text), RangeError);
    assert.throws(() => new PyDecimal(1.2 as never), /PyDecimal: text is 1\.2/);
    assert.throws(() => new PyFloat('3' as never), /PyFloat: value is "3"/);
    assert.throws(() => new PyUuid('5'), /expected 32 hex digits/);
    assert.throws(() => new PyByteArray('a' as never), /PyByteArray: bytes is "a"/);
    assert.throws(() => new PyComplex(1, '2' as never), /PyComplex: imag is "2"/);
    assert.throws(() => new PyObject('', 'a'), /PyObject: module is ""/);
    assert.throws(() => new PyObject('a', 'b', 5 as never), /PyObject: args is 5/);
  });
});
