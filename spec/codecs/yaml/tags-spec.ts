import assert from 'node:assert/strict';
import { floats, integers, yamlBinary } from '../../../src/codecs/yaml/tags.ts';
import { yaml } from '../../../src/codecs/yaml.ts';
import { describe } from '../../support/it.ts';

const read = (text: string): unknown => yaml.decode(Buffer.from(text));

describe('the tags of yaml', (it) => {
  it('change numbers only', () => {
    for (const tag of ['set', yamlBinary] as const) assert.deepStrictEqual([integers(tag), floats(tag)], [tag, tag]);
  });

  it('read integers exactly, in each form YAML has for them', () => {
    assert.deepStrictEqual(read('[0, -0, +5, -7, 0x10, 0o17]'), [0, 0, 5, -7, 16, 15]);
    assert.deepStrictEqual(read('[9007199254740991, 9007199254740993, -9007199254740993, 0x20000000000001]'), [
      9_007_199_254_740_991,
      9_007_199_254_740_993n,
      -9_007_199_254_740_993n,
      9_007_199_254_740_993n,
    ]);
  });

  it('write a float so that it stays one', () => {
    for (const n of [-0, 2 ** 53, 2 ** 60, -1e20, 1e21, 1e300, 0.1])
      assert.ok(Object.is(read(String(yaml.encode(n))), n), String(n));
  });

  it('read bytes as a Buffer', () => {
    assert.deepStrictEqual(read('!!binary aGk='), Buffer.from('hi'));
    assert.deepStrictEqual(read('!!binary |\n  aG\n  k='), Buffer.from('hi'));
    assert.deepStrictEqual(read('!!binary ""'), Buffer.alloc(0));
  });
});
