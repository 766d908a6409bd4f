import assert from 'node:assert/strict';
import { objects } from '../../../src/codecs/pickle/objects.ts';
import { loads } from '../../../src/codecs/pickle/reader.ts';
import { PyDecimal, PyObject, PyTuple, PyUuid } from '../../../src/codecs/pickle/types.ts';
import { describe } from '../../support/it.ts';

const read = (pickle: string): unknown => loads(Buffer.from(pickle, 'latin1'));
const opaque = (pickle: string): unknown => loads(Buffer.from(pickle, 'latin1'), { unknown: 'opaque' });

describe('objects in a pickle', (it) => {
  it('each have one handler', () => {
    const opcodes = objects.map(([opcode]) => opcode);
    assert.equal(new Set(opcodes).size, opcodes.length);
  });

  it('of known classes are made by each opcode that makes objects', () => {
    for (const pickle of [
      'cdecimal\nDecimal\n(U\x011tR.',
      '\x8c\x07decimal\x8c\x07Decimal\x93\x8c\x011\x85R.',
      'cdecimal\nDecimal\n(U\x011t\x81.',
      'cdecimal\nDecimal\n(U\x011t}\x92.',
      '(U\x011idecimal\nDecimal\n.',
      '(cdecimal\nDecimal\nU\x011o.',
    ])
      assert.deepStrictEqual(read(pickle), new PyDecimal('1'), pickle);
    assert.deepStrictEqual(read('cuuid\nUUID\n)\x81}U\x03intK\x05sb.'), new PyUuid('5'.padStart(32, '0')));
  });

  it('of other classes are refused at their name, or described with all that is said about them', () => {
    assert.throws(() => read('ca\nB\n)R.'), /it holds a\.B/);
    const described = opaque(
      'ca\nB\n(K\x01t}U\x01kK\x02s\x92}U\x01xK\x03sb(K\x04e}K\x05K\x06s0(K\x07K\x08u.',
    ) as PyObject;
    assert.deepStrictEqual([described.module, described.name, described.args], ['a', 'B', [1]]);
    assert.deepStrictEqual(described.kwargs, { k: 2 });
    assert.deepStrictEqual(described.state, { x: 3 });
    assert.deepStrictEqual(described.items, [4]);
    assert.deepStrictEqual(described.entries, new Map([[7, 8]]));
    assert.deepStrictEqual(opaque('ca\nB\n.'), new PyObject('a', 'B'));
    assert.deepStrictEqual(Object.keys(opaque('ca\nB\n)R.') as object), ['module', 'name', 'args']);
  });

  it('take no named arguments where the class is known', () => {
    assert.throws(() => read('cdecimal\nDecimal\n(U\x011t}U\x01kK\x02s\x92.'), /named arguments to what takes none/);
  });

  it('may be described inside of what is known', () => {
    assert.deepStrictEqual(opaque('ca\nB\n)R\x85.'), PyTuple.of(new PyObject('a', 'B', [])));
  });
});
