import assert from 'node:assert/strict';
import fc from 'fast-check';
import { dumps, loads } from '../../../src/codecs/pickle/pickle.ts';
import { describe } from '../../support/it.ts';
import { rewrittenBy } from './python.ts';
import { value } from './values.ts';

const RUNS = 3_500;

describe('pickle, there and back', (it) => {
  it('brings back what it wrote itself', () => {
    fc.assert(
      fc.property(value, (each) => assert.deepStrictEqual(loads(dumps(each), { floats: 'wrap' }), each)),
      { numRuns: 1_000 },
    );
  });

  it(
    `brings back ${RUNS} random values through CPython, at each of its protocols`,
    async () => {
      const values = fc.sample(value, RUNS);
      const pickles = values.map((each) => dumps(each));
      const rewritten = await rewrittenBy(pickles);
      for (const [i, each] of values.entries())
        for (const [protocol, bytes] of (rewritten[i] ?? []).entries())
          assert.deepStrictEqual(
            loads(bytes, { floats: 'wrap' }),
            each,
            `protocol ${protocol}: ${pickles[i]?.toString('base64')}`,
          );
    },
    { timeout: 120_000 },
  );
});
