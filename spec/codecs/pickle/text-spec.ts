import assert from 'node:assert/strict';
import {
  decodeEscapedText,
  decodeOldString,
  decodeQuoted,
  decodeText,
  encodeHalves,
} from '../../../src/codecs/pickle/text.ts';
import { describe } from '../../support/it.ts';

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

describe('the text of a pickle', (it) => {
  it('may hold halves of surrogate pairs, each in three bytes', () => {
    for (const text of ['\ud800', '\udfff', 'a\ud83db', '\udc80\udc81', 'ü\ud800😀\ufffd\udbff']) {
      const bytes = encodeHalves(text);
      assert.ok(bytes !== undefined);
      assert.equal(decodeText(bytes), text);
    }
    assert.equal(encodeHalves('ü😀\ufffd'), undefined);
    assert.equal(decodeText(Buffer.from('ü😀\ufffd\ud7ff')), 'ü😀\ufffd\ud7ff');
  });

  it('is refused when it is not UTF-8', () => {
    for (const hex of ['ff', 'c0af', 'eda0', 'c3', 'f4908080', 'eda080ff', '61eda0', 'ed2020'])
      assert.throws(() => decodeText(Buffer.from(hex, 'hex')), /not UTF-8/, hex);
  });

  it('of protocol 0 is Latin-1 with two escapes', () => {
    assert.equal(decodeEscapedText(latin1('\xfc\\u20ac\\U0001f600\\x41\\\\u0041\\')), 'ü€😀\\x41\\\\u0041\\');
    for (const text of ['\\u12', '\\uzzzz', '\\U0011ffff', '\\U123'])
      assert.throws(() => decodeEscapedText(latin1(text)), /no character/);
  });

  it('of Python 2 is in quotes with its own escapes', () => {
    const quoted = decodeQuoted(latin1("'\\x41\\101\\n\\t\\'\\\\\\q\xff\\0'"));
    assert.equal(quoted.toString('latin1'), "AA\n\t'\\\\q\xff\0");
    for (const text of ['', "'", "'a", 'a', '"a\'']) assert.throws(() => decodeQuoted(latin1(text)), /no quotes/);
    assert.equal(decodeOldString(latin1('abc')), 'abc');
    assert.deepStrictEqual(decodeOldString(latin1('ab\xff')), latin1('ab\xff'));
  });
});
