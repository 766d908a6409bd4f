import assert from 'node:assert/strict';
import { poolSettings } from '../../src/structures/poolOptions.ts';
import { describe } from '../support/it.ts';

describe('poolSettings', (it) => {
  it('has the defaults of the documentation', () => {
    const { every, lease, rule, sweepEvery, codec, prefix, patience, backoff } = poolSettings('p', undefined);
    assert.deepEqual([every, lease], [36 * 3_600_000, 10 * 60_000]);
    assert.deepEqual([codec, prefix, patience], ['json', 'millrace', 10_000]);
    assert.equal(sweepEvery, null);
    assert.equal(rule.limit, Number.POSITIVE_INFINITY);
    assert.ok(backoff(1) >= 500 && backoff(1) <= 1_000);
  });

  it('takes what it is given', () => {
    const { every, lease, backoff } = poolSettings('p', { every: 0, lease: 5, retry: { backoff: 7 } });
    assert.deepEqual([every, lease, backoff(3)], [0, 5, 7]);
  });

  const refused: readonly (readonly [options: unknown, says: RegExp])[] = [
    [{ every: -1 }, /^RangeError: Pool: every is -1, expected milliseconds, 0 or more/],
    [{ every: Number.NaN }, /^RangeError: Pool: every is NaN/],
    [{ every: '36h' }, /^TypeError: Pool: every is "36h", expected milliseconds/],
    [{ lease: 0 }, /^RangeError: Pool: lease is 0/],
    [{ retry: { backoff: 'soon' } }, /^TypeError: Pool: retry.backoff is "soon"/],
    [{ retry: 3 }, /^TypeError: Pool: retry is 3, expected an object of options/],
    [{ prefix: 'a{}' }, /^RangeError: Pool: prefix is "a{}"/],
    ['fast', /^TypeError: Pool: options is "fast"/],
  ];
  for (const [options, says] of refused)
    it(`refuses ${JSON.stringify(options)}`, () => {
      assert.throws(() => poolSettings('p', options as object), says);
    });

  it('refuses what is an option of queues only, instead of doing nothing about it', () => {
    for (const options of [{ maxItems: 3 }, { sweepEvery: 1_000 }, { unique: {} }])
      assert.throws(
        () => poolSettings('p', options as object),
        /^TypeError: Pool: \w+ is not an option of a pool, which/,
      );
    assert.throws(
      () => poolSettings('p', { retry: { limit: 3 } } as object),
      /^TypeError: Pool: retry.limit is not an option of a pool, which has backoff/,
    );
  });
});
