import assert from 'node:assert/strict';
import { Codecs } from '../../src/codecs/codecs.ts';
import { PyDateTime, PyFloat, PyObject } from '../../src/codecs/pickle/pickle.ts';
import { pickle } from '../../src/codecs/pickle.ts';
import { describe } from '../support/it.ts';

describe('pickle', (it) => {
  it('is a codec', () => {
    assert.equal(pickle.name, 'pickle');
    assert.deepStrictEqual(pickle.decode(pickle.encode({ a: [1, 'b', null] })), { a: [1, 'b', null] });
    assert.deepStrictEqual(pickle.decode(pickle.encode(new Date(0))), PyDateTime.utc(new Date(0)));
  });

  it('takes options by hand', () => {
    assert.deepStrictEqual(pickle.decode(Buffer.from('F3\n.'), { floats: 'wrap' }), new PyFloat(3));
    assert.deepStrictEqual(pickle.decode(Buffer.from('ca\nB\n.'), { unknown: 'opaque' }), new PyObject('a', 'B'));
  });

  it('names the class that makes a payload undecodable', () => {
    assert.throws(
      () => new Codecs('json').decode('pickle', Buffer.from('cos\nsystem\n(S"id"\ntR.')),
      /^QueueError: pickle cannot decode what is stored: pickle: it holds os\.system, which is not read/,
    );
  });
});
