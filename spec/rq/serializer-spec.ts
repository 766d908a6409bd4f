import assert from 'node:assert/strict';
import { inflateSync } from 'node:zlib';
import { decode, decodeCall, encode, encodeCall, inflated, record, serializerOf } from '../../src/rq/serializer.ts';
import { describe } from '../support/it.ts';

const json = serializerOf('f', 'json');
const pickle = serializerOf('f', 'pickle');

describe('rq/serializer', (it) => {
  it('knows the two of RQ, and takes any other', () => {
    assert.equal(serializerOf('f').name, 'pickle');
    assert.equal(serializerOf('f', json), json);
    assert.throws(() => serializerOf('f', 'yaml'), /f: serializer is "yaml"/);
  });

  it('writes a call as RQ stores it, and reads it back', () => {
    const call = { func: 'm.f', args: [1, ['x']], kwargs: { k: null } };
    assert.equal(inflateSync(encodeCall(json, call)).toString(), '["m.f",null,[1,["x"]],{"k":null}]');
    for (const serializer of [json, pickle])
      assert.deepEqual(decodeCall(serializer, 'id', encodeCall(serializer, call)), call);
    assert.deepEqual(
      decodeCall(json, 'id', Buffer.from('["m.f", null, [], {}]')).func,
      'm.f',
      'uncompressed, before 0.10',
    );
  });

  it('says which value has no form, and which cannot be read', () => {
    assert.throws(() => encode(json, 'the result', new Map()), {
      code: 'SERIALIZER',
      message: /^the result cannot be written as json/,
    });
    assert.throws(() => decode(json, 'meta', Buffer.from([0x80, 4])), { code: 'SERIALIZER' });
    assert.throws(() => decodeCall(json, 'id', Buffer.from('{}')), { code: 'SERIALIZER', message: /holds no call/ });
    assert.throws(() => decodeCall(json, 'id', Buffer.from('["f", 1, [], {}]')), /only Python can/);
  });

  it('takes dicts however they were read', () => {
    assert.deepEqual(
      record(
        new Map<unknown, unknown>([
          ['a', 1],
          [2, 3],
        ]),
      ),
      { a: 1, 2: 3 },
    );
    assert.deepEqual(record(null), {});
    assert.deepEqual(inflated(Buffer.from('plain')).toString(), 'plain');
  });
});
