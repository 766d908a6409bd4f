import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decodeDecimal, decodeFloat, decodeLong, encodeLong } from '../../../src/codecs/pickle/numbers.ts';
import { describe } from '../../support/it.ts';

const line = (text: string): Buffer => Buffer.from(text);

describe('the numbers of a pickle', (it) => {
  it('come back from bytes, as numbers while they are exact', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 200n), max: 2n ** 200n }), (big) => {
        const exact = big >= -(2n ** 53n) + 1n && big <= 2n ** 53n - 1n;
        assert.equal(decodeLong(encodeLong(big)), exact ? Number(big) : big);
      }),
    );
  });

  it('take as few bytes as two’s complement allows', () => {
    const lengths = [0n, 127n, 128n, -128n, -129n, 2n ** 63n - 1n, 2n ** 63n, -(2n ** 63n)].map(
      (big) => encodeLong(big).length,
    );
    assert.deepStrictEqual(lengths, [0, 1, 2, 1, 2, 8, 9, 8]);
    assert.equal(decodeLong(Buffer.from([255, 255, 255, 255, 255, 255, 255, 255])), -1);
  });

  it('come from the text of protocol 0', () => {
    assert.deepStrictEqual(
      ['12', '-12L', '+3', '00', '01'].map((text) => decodeDecimal(line(text), true)),
      [12, -12, 3, false, true],
    );
    assert.equal(decodeDecimal(line('01'), false), 1);
    assert.equal(decodeDecimal(line('9007199254740993L'), false), 9_007_199_254_740_993n);
    for (const text of ['', 'L', '0x10', '1_000', '1e3', '9'.repeat(5_000)])
      assert.throws(() => decodeDecimal(line(text), false), /an integer is no number, or too long/);
    assert.deepStrictEqual(
      ['1.5', '-0.0', 'inf', '-inf', 'nan', '1e+300', '.5', '5.'].map((text) => decodeFloat(line(text))),
      [1.5, -0, Infinity, -Infinity, NaN, 1e300, 0.5, 5],
    );
    for (const text of ['', '1.5x', '0x10', 'Infinity', 'e5'])
      assert.throws(() => decodeFloat(line(text)), /a float is no number/);
  });
});
