import assert from 'node:assert/strict';
import { putOptions } from '../src/put.ts';
import { describe } from './support/it.ts';

describe('putOptions', (it) => {
  it('gives options back as they were given, and none for none', () => {
    const signal = new AbortController().signal;
    const given = { id: 'a', delay: 0.5, codec: 'raw', headers: { by: 'me' }, front: true, signal };

    assert.equal(putOptions('put', given), given);
    assert.deepEqual(putOptions('put', undefined), {});
    assert.deepEqual(putOptions('put', { id: undefined, delay: undefined } as never), {
      id: undefined,
      delay: undefined,
    });
  });

  it('allows one id for one payload, and a function for any number', () => {
    assert.doesNotThrow(() => putOptions('put', { id: 'a' }, 1));
    assert.doesNotThrow(() => putOptions('putMulti', { id: 'a' }, 0));
    assert.doesNotThrow(() => putOptions<{ key: string }>('putMulti', { id: ({ key }, index) => key + index }, 99));
    assert.throws(
      () => putOptions('putMulti', { id: 'a' }, 2),
      /^TypeError: putMulti: id is "a", expected a function from payload to id/,
    );
  });

  it('refuses each option that is not what it should be, naming it', () => {
    const fails = (given: unknown, message: RegExp) => assert.throws(() => putOptions('put', given as never), message);

    fails(7, /^TypeError: put: options is 7, expected an object of options/);
    fails({ id: '' }, /^RangeError: put: id is "", expected a string that is not empty, or a function/);
    fails({ id: 5 }, /^TypeError: put: id is 5/);
    fails({ delay: -1 }, /^RangeError: put: delay is -1, expected milliseconds, 0 or more/);
    fails({ delay: Number.NaN }, /^RangeError: put: delay is NaN/);
    fails({ delay: '5s' }, /^TypeError: put: delay is "5s"/);
    fails({ codec: '' }, /^RangeError: put: codec is "", expected the name of a codec/);
    fails({ codec: {} }, /^TypeError: put: codec is an object/);
    fails({ headers: { n: 1 } }, /^TypeError: put: headers.n is 1, expected a string/);
    fails({ front: 1 }, /^TypeError: put: front is 1, expected true or false/);
    fails({ signal: {} }, /^TypeError: put: signal is an object \(Object\), expected an AbortSignal/);
  });
});
