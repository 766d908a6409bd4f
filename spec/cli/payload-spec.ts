import assert from 'node:assert/strict';
import { argumentOf, bytesOf, decoded, jsonOf, lineOf, reader, Verbatim, verbatim } from '../../src/cli/payload.ts';
import { describe } from '../support/it.ts';

const BYTES = Buffer.from([0xff, 0xfe]);

describe('cli/payload', (it) => {
  it('keeps JSON as it was written', () => {
    const text = '{ "n": 12345678901234567890 }';
    const payload = reader('json')(Buffer.from(text), 'line 1') as Verbatim;
    assert.deepEqual([lineOf(payload), bytesOf(payload), verbatim.encode(payload).toString()], [text, text, text]);
    assert.deepEqual(jsonOf(payload), payload);
    assert.equal(lineOf(new Verbatim('[\n1 ]')), '[1]');
  });

  it('says which line is not JSON, and what helps', () => {
    assert.throws(() => reader('json')(Buffer.from('hello'), 'line 3'), /line 3 is not JSON: "hello"; .*--codec raw/);
    assert.throws(() => reader('msgpack')(Buffer.from('{'), 'line 1'), /line 1 is not JSON/);
    assert.throws(() => reader('xml'), /--codec is xml, expected one of: json, raw, msgpack, yaml, pickle/);
  });

  it('shows bytes as text where they are text of one line', () => {
    const texts = [Buffer.from('héllo'), Buffer.from('a\nb'), BYTES];
    assert.deepEqual(texts.map(lineOf), ['héllo', '"a\\nb"', 'base64://4=']);
    assert.deepEqual(texts.map(jsonOf), ['héllo', 'a\nb', { base64: '//4=' }]);
  });

  it('shows what other codecs hold as JSON', () => {
    assert.equal(lineOf(new Map([['a', 1n]])), '{"a":"1"}');
    assert.equal(lineOf(new Set([1])), '[1]');
    assert.equal(lineOf(undefined), 'null');
  });

  it('gives a command bytes as they are, and arguments only what is text', () => {
    assert.equal(bytesOf(BYTES), BYTES);
    assert.equal(argumentOf(Buffer.from('a b')), 'a b');
    for (const bad of [BYTES, Buffer.from('a\0b')]) assert.throws(() => argumentOf(bad), /no text/);
  });

  it('gives the bytes of what cannot be decoded', () => {
    assert.deepEqual(decoded('json', BYTES), BYTES);
    assert.deepEqual(decoded(undefined, BYTES), BYTES);
    assert.deepEqual(decoded('unheard-of', BYTES), BYTES);
  });
});
