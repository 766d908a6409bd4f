import assert from 'node:assert/strict';
import { duration, jobId, positions, queueName, span } from '../../src/rq/checks.ts';
import { describe } from '../support/it.ts';

describe('rq/checks', (it) => {
  it('reads seconds and their units as RQ does', () => {
    for (const [value, seconds] of [
      [5, 5],
      ['90', 90],
      ['90s', 90],
      ['10m', 600],
      ['1h', 3_600],
      ['1d', 86_400],
    ] as const)
      assert.equal(duration('f', 'ttl', value, { min: 1 }), seconds);
    for (const bad of ['1.5', '1w', '', '-1', 1.5, Number.NaN, 0, null])
      assert.throws(() => duration('f', 'ttl', bad, { min: 1 }), /^(Type|Range)Error: f: ttl is /);
  });

  it('takes -1 and Infinity for a job without a limit', () => {
    assert.deepEqual(
      [span('f', 'timeout', -1), span('f', 'timeout', Infinity), span('f', 'timeout', '1m')],
      [-1, -1, 60],
    );
    assert.throws(() => span('f', 'timeout', -2), RangeError);
  });

  it('refuses ids and names that end a worker or confuse it', () => {
    assert.equal(jobId('f', 'jobId', 'a-B_9'), 'a-B_9');
    for (const bad of ['a:b', 'a b', 'ö', ''])
      assert.throws(() => jobId('f', 'jobId', bad), /f: jobId is .*letters, digits/);
    assert.equal(queueName('f', 'high'), 'high');
    assert.throws(() => queueName('f', 'a,b'), /without commas/);
  });

  it('takes one interval or several', () => {
    assert.deepEqual(positions('f', 'x', 3), [3]);
    assert.deepEqual(positions('f', 'x', [0, 3]), [0, 3]);
    assert.throws(() => positions('f', 'x', []), /at least one/);
    assert.throws(() => positions('f', 'x', [1, -1]), /f: x\[1\] is -1/);
  });
});
