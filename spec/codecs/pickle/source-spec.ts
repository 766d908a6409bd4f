import assert from 'node:assert/strict';
import { Source } from '../../../src/codecs/pickle/source.ts';
import { describe } from '../../support/it.ts';

describe('the source of a pickle', (it) => {
  it('reads numbers of each width, lines and bytes', () => {
    const source = new Source(Buffer.from('01020304050607ffffffff3ff8000000000000610a620500000000000000', 'hex'));
    assert.deepStrictEqual([source.u8(), source.u16(), source.u32()], [1, 0x0302, 0x07060504]);
    assert.deepStrictEqual([source.i32(), source.f64(), String(source.line())], [-1, 1.5, 'a']);
    assert.deepStrictEqual([String(source.take(1)), source.u64()], ['b', 5]);
    assert.throws(() => source.u8(), /ends too early/);
  });

  it('never reads beyond its end, and stays where it was', () => {
    const source = new Source(Buffer.from('ab'));
    for (const read of [
      () => source.take(3),
      () => source.u32(),
      () => source.f64(),
      () => source.take(2 ** 60),
      () => source.expect(3),
    ])
      assert.throws(read, /ends too early/);
    assert.throws(() => source.line(), /ends within a line/);
    assert.equal(source.at, 0);
    source.expect(2);
  });
});
