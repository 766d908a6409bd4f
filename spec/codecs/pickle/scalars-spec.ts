import assert from 'node:assert/strict';
import { loads } from '../../../src/codecs/pickle/reader.ts';
import { scalars } from '../../../src/codecs/pickle/scalars.ts';
import { PyByteArray, PyFloat } from '../../../src/codecs/pickle/types.ts';
import { describe } from '../../support/it.ts';

describe('scalars in a pickle', (it) => {
  it('each have one handler', () => {
    const opcodes = scalars.map(([opcode]) => opcode);
    assert.equal(new Set(opcodes).size, opcodes.length);
  });

  it('are read by each of their opcodes', () => {
    const read: readonly (readonly [string, unknown])[] = [
      ['N', null],
      ['\x88', true],
      ['\x89', false],
      ['I01\n', true],
      ['I-5\n', -5],
      ['L5L\n', 5],
      ['J\xff\xff\xff\xff', -1],
      ['K\xff', 255],
      ['M\xff\xff', 65_535],
      ['\x8a\x00', 0],
      ['\x8a\x01\xff', -1],
      ['\x8b\x02\x00\x00\x00\x00\x80', -32_768],
      ['F1.5\n', 1.5],
      ['G\x3f\xf8\x00\x00\x00\x00\x00\x00', 1.5],
      ['V\xfc\\u20ac\n', 'ü€'],
      ['\x8c\x02\xc3\xbc', 'ü'],
      ['X\x01\x00\x00\x00a', 'a'],
      ['\x8d\x01\x00\x00\x00\x00\x00\x00\x00a', 'a'],
      ["S'a\\x62'\n", 'ab'],
      ['U\x01a', 'a'],
      ['T\x01\x00\x00\x00\xff', Buffer.from([255])],
      ['C\x01a', Buffer.from('a')],
      ['B\x01\x00\x00\x00a', Buffer.from('a')],
      ['\x8e\x01\x00\x00\x00\x00\x00\x00\x00a', Buffer.from('a')],
      ['\x96\x01\x00\x00\x00\x00\x00\x00\x00a', new PyByteArray(Buffer.from('a'))],
    ];
    for (const [pickle, value] of read)
      assert.deepStrictEqual(loads(Buffer.from(`${pickle}.`, 'latin1')), value, pickle);
    const three = Buffer.from('F3.0\n.');
    assert.deepStrictEqual(loads(three, { floats: 'wrap' }), new PyFloat(3));
  });
});
