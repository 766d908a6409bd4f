import assert from 'node:assert/strict';
import * as pickle from '../../../src/codecs/pickle/pickle.ts';
import { describe } from '../../support/it.ts';

describe('pickle/pickle', (it) => {
  it('has all that the rest of the library uses', () => {
    const classes = Object.keys(pickle).filter((name) => name.startsWith('Py'));
    assert.ok(classes.length >= 14, classes.join());
    assert.deepStrictEqual(pickle.loads(pickle.dumps({ a: pickle.PyTuple.of(1) })), { a: pickle.PyTuple.of(1) });
  });
});
