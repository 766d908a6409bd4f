import assert from 'node:assert/strict';
import { PyDateTime, PyDecimal, PyFloat, PyTime, PyTimeZone } from '../../../src/codecs/pickle/pickle.ts';
import { callFor } from '../../../src/codecs/pickle/writeObjects.ts';
import { describe } from '../../support/it.ts';

describe('what Python is asked to call', (it) => {
  it('is the class of the object, with its state', () => {
    assert.deepStrictEqual(callFor(new PyDecimal('1.5')), { module: 'decimal', name: 'Decimal', args: ['1.5'] });
    const state = Buffer.from('07e8821d010203040506', 'hex');
    const dateTime = new PyDateTime(2024, 2, 29, 1, 2, 3, 0x040506, PyTimeZone.utc, 1);
    assert.deepStrictEqual(callFor(dateTime), { module: 'datetime', name: 'datetime', args: [state, PyTimeZone.utc] });
    assert.deepStrictEqual(callFor(new PyTime(1)), {
      module: 'datetime',
      name: 'time',
      args: [Buffer.from('010000000000', 'hex')],
    });
  });

  it('is nothing for other objects', () => {
    for (const value of [{}, [], new Map(), new PyFloat(1), { module: 'os', name: 'system', args: ['id'] }])
      assert.equal(callFor(value), undefined);
  });
});
