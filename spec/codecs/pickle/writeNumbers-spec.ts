import assert from 'node:assert/strict';
import { Sink } from '../../../src/codecs/pickle/sink.ts';
import { writeBigint, writeFloat, writeNumber } from '../../../src/codecs/pickle/writeNumbers.ts';
import { describe } from '../../support/it.ts';

const hex = (write: (sink: Sink) => void): string => {
  const sink = new Sink();
  write(sink);
  return sink.done().toString('hex');
};

describe('numbers written to a pickle', (it) => {
  it('are ints of the shortest form, or floats', () => {
    const shown = (value: number) => hex((sink) => writeNumber(sink, value));
    assert.deepStrictEqual([0, 255, 256, 65_535, 65_536, -1, 2 ** 31 - 1].map(shown), [
      '4b00',
      '4bff',
      '4d0001',
      '4dffff',
      '4a00000100',
      '4affffffff',
      '4affffff7f',
    ]);
    assert.deepStrictEqual([2 ** 31, -(2 ** 31) - 1].map(shown), ['8a050000008000', '8a05ffffff7fff']);
    assert.deepStrictEqual([1.5, -0, 2 ** 53].map(shown), [
      '473ff8000000000000',
      '478000000000000000',
      '474340000000000000',
    ]);
    assert.equal(
      hex((sink) => writeFloat(sink, 3)),
      '474008000000000000',
    );
  });

  it('are bigints of any length up to the longest that is read', () => {
    assert.equal(
      hex((sink) => writeBigint(sink, 5n)),
      '4b05',
    );
    assert.equal(
      hex((sink) => writeBigint(sink, 2n ** 63n)),
      '8a09000000000000008000',
    );
    assert.match(
      hex((sink) => writeBigint(sink, 2n ** 2_047n)),
      /^8b01010000/,
    );
    assert.throws(() => writeBigint(new Sink(), 1n << 524_288n), /longer than 65536/);
  });
});
