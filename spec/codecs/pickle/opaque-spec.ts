import assert from 'node:assert/strict';
import { entriesOf, itemsOf, setKwargs, setState } from '../../../src/codecs/pickle/opaque.ts';
import { PyObject } from '../../../src/codecs/pickle/types.ts';
import { describe } from '../../support/it.ts';

describe('an opaque object', (it) => {
  it('shows only what was said about it', () => {
    const object = new PyObject('a', 'B', []);
    assert.deepStrictEqual(Object.keys(object), ['module', 'name', 'args']);
    itemsOf(object).push(1);
    itemsOf(object).push(2);
    entriesOf(object).set('k', 3);
    setState(object, { x: 4 });
    setKwargs(object, { y: 5 });
    assert.deepStrictEqual([object.items, object.entries], [[1, 2], new Map([['k', 3]])]);
    assert.deepStrictEqual([object.state, object.kwargs], [{ x: 4 }, { y: 5 }]);
  });
});
