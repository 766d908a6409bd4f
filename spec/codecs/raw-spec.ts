import assert from 'node:assert/strict';
import { raw } from '../../src/codecs/raw.ts';
import { describe } from '../support/it.ts';

describe('raw', (it) => {
  it('takes bytes and text, and gives a Buffer', () => {
    const bytes = Buffer.from([0, 10, 255]);
    assert.deepEqual(raw.decode(raw.encode(bytes)), bytes);
    assert.deepEqual(raw.decode(raw.encode('ü\n')), Buffer.from('ü\n'));
    assert.deepEqual(raw.encode(new Uint8Array([9, 1, 2, 9]).subarray(1, 3)), Buffer.from([1, 2]));
  });

  it('gives a copy, which does not keep all that arrived with it', () => {
    const arrived = Buffer.from('before|payload|after');
    const payload = raw.decode(arrived.subarray(7, 14)) as Buffer;
    arrived.fill(0);
    assert.equal(payload.toString(), 'payload');
  });

  it('throws what is neither', () => {
    const encode = raw.encode as (value: unknown) => Buffer;
    for (const value of [null, undefined, 5, {}, [1]])
      assert.throws(() => encode(value), /^TypeError: raw takes a Buffer, a Uint8Array or a string, not /);
  });
});
