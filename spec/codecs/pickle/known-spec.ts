import assert from 'node:assert/strict';
import { isKnown, makeKnown, moduleNow } from '../../../src/codecs/pickle/known.ts';
import { Budget } from '../../../src/codecs/pickle/limits.ts';
import { PickleError, PyByteArray, PyComplex, PyFloat, PyTuple } from '../../../src/codecs/pickle/pickle.ts';
import { describe } from '../../support/it.ts';

const make = (name: string, ...args: readonly unknown[]): unknown => {
  const budget = new Budget();
  budget.open(1_000);
  return makeKnown(name, args, budget);
};

describe('what pickles may make', (it) => {
  it('is a closed table, which no name of JavaScript is in', () => {
    assert.ok(isKnown('datetime.datetime') && isKnown('copyreg._reconstructor'));
    for (const name of ['os.system', 'builtins.eval', 'constructor', '__proto__', 'toString', 'builtins.__import__']) {
      assert.equal(isKnown(name), false);
      assert.equal(make(name, 1), undefined);
    }
  });

  it('goes by the names of now and of Python 2', () => {
    assert.deepStrictEqual(['__builtin__', 'copy_reg', 'os'].map(moduleNow), ['builtins', 'copyreg', 'os']);
  });

  it('is made from the arguments Python writes', () => {
    assert.deepStrictEqual(make('builtins.set', [1, 1]), new Set([1]));
    assert.deepStrictEqual(make('builtins.set'), new Set());
    assert.deepStrictEqual(make('builtins.bytearray', 'a\xff', 'latin-1'), new PyByteArray(Buffer.from([97, 255])));
    assert.deepStrictEqual(make('builtins.complex', new PyFloat(1), 2), new PyComplex(1, 2));
    assert.deepStrictEqual(
      make('collections.OrderedDict', [PyTuple.of('a', 1), ['b', 2]]),
      new Map([
        ['a', 1],
        ['b', 2],
      ]),
    );
  });

  it('is refused with other arguments, and says why', () => {
    const wrong: readonly (readonly [name: string, ...args: unknown[]])[] = [
      ['builtins.set', 5],
      ['builtins.set', [], []],
      ['builtins.frozenset', 'abc'],
      ['builtins.bytes', 5],
      ['builtins.bytearray', 5],
      ['builtins.complex', 'a', 1],
      ['_codecs.encode', 'a', 'utf-8'],
      ['_codecs.encode', '\u0100', 'latin1'],
      ['collections.OrderedDict', [[1]]],
      ['collections.OrderedDict', [5]],
      ['decimal.Decimal', '1; import os'],
      ['decimal.Decimal', 5],
      ['uuid.UUID', 'x'],
    ];
    for (const [name, ...args] of wrong)
      assert.throws(
        () => make(name, ...args),
        (error) => error instanceof PickleError && error.message.startsWith(`${name} cannot be read: `),
        `${name} ${args}`,
      );
  });

  it('costs what it goes through', () => {
    const budget = new Budget();
    budget.open(5);
    makeKnown('builtins.set', [[1, 2, 3]], budget);
    assert.throws(() => makeKnown('builtins.set', [[1, 2, 3]], budget), /builds more than its own size/);
  });
});
