import assert from 'node:assert/strict';
import { containers } from '../../../src/codecs/pickle/containers.ts';
import { loads } from '../../../src/codecs/pickle/reader.ts';
import { PyFrozenSet, PyTuple } from '../../../src/codecs/pickle/types.ts';
import { describe } from '../../support/it.ts';

const read = (pickle: string): unknown => loads(Buffer.from(pickle, 'latin1'));

describe('pickle containers', (it) => {
  it('each have one handler', () => {
    const opcodes = containers.map(([opcode]) => opcode);
    assert.equal(new Set(opcodes).size, opcodes.length);
  });

  it('are made by each of their opcodes', () => {
    const made: readonly (readonly [string, unknown])[] = [
      [']K\x01a.', [1]],
      ['](K\x01K\x02e.', [1, 2]],
      ['(K\x01l.', [1]],
      [').', new PyTuple([])],
      ['K\x01\x85.', PyTuple.of(1)],
      ['K\x01K\x02\x86.', PyTuple.of(1, 2)],
      ['K\x01K\x02K\x03\x87.', PyTuple.of(1, 2, 3)],
      ['(K\x01K\x02K\x03K\x04t.', PyTuple.of(1, 2, 3, 4)],
      ['}U\x01aK\x01s.', { a: 1 }],
      ['}(U\x01aK\x01U\x01bK\x02u.', { a: 1, b: 2 }],
      ['(U\x01aK\x01d.', { a: 1 }],
      ['(K\x01K\x02d.', new Map([[1, 2]])],
      ['\x8f(K\x01\x90.', new Set([1])],
      ['(K\x01\x91.', new PyFrozenSet([1])],
    ];
    for (const [pickle, value] of made) assert.deepStrictEqual(read(pickle), value, pickle);
  });

  it('become a Map at the first key that is no text, with what was in it before', () => {
    const map = read('}(U\x01aK\x01K\x02K\x03U\x01bK\x04u.');
    assert.deepStrictEqual(
      [...(map as Map<unknown, unknown>)],
      [
        ['a', 1],
        [2, 3],
        ['b', 4],
      ],
    );
  });

  it('are the Map wherever they were mentioned before they became one', () => {
    // Mentioned in a list, a tuple, a dict and a Map, and only then given the key 1.
    const [inner, map] = read('(](}q\x00h\x00\x85}U\x01xh\x00s}K\x05h\x00seh\x00K\x01K\x02sl.') as [unknown[], unknown];
    assert.deepStrictEqual(map, new Map([[1, 2]]));
    assert.equal(inner[0], map);
    assert.equal((inner[1] as PyTuple).items[0], map);
    assert.equal((inner[2] as { x: unknown }).x, map);
    assert.equal((inner[3] as Map<number, unknown>).get(5), map);
  });
});
