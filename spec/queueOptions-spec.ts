import assert from 'node:assert/strict';
import { settings } from '../src/queueOptions.ts';
import { describe } from './support/it.ts';

describe('settings', (it) => {
  it('has the defaults of the documentation', () => {
    const { backoff, connection, ...rest } = settings('Queue', 'q', undefined);
    assert.deepEqual(rest, {
      prefix: 'millrace',
      codec: 'json',
      lease: 30_000,
      maxItems: undefined,
      maxAge: undefined,
      rule: { limit: 20, window: 0 },
      sweepEvery: 15_000,
      patience: 10_000,
      replicas: undefined,
    });
    assert.ok(backoff(1) >= 500 && backoff(1) <= 1_000);
    assert.equal(connection, process.env.REDIS_URL || 'redis://127.0.0.1:6379');
  });

  it('connects to this machine when $REDIS_URL says nothing', () => {
    const { REDIS_URL = '' } = process.env;
    try {
      process.env.REDIS_URL = '';
      assert.equal(settings('Queue', 'q', {}).connection, 'redis://127.0.0.1:6379');
      process.env.REDIS_URL = 'redis://there:1';
      assert.equal(settings('Queue', 'q', {}).connection, 'redis://there:1');
    } finally {
      process.env.REDIS_URL = REDIS_URL;
    }
  });

  it('sweeps twice per lease unless told otherwise, or never', () => {
    assert.equal(settings('Queue', 'q', { lease: 500 }).sweepEvery, 250);
    assert.equal(settings('Queue', 'q', { lease: 500, sweepEvery: 10 }).sweepEvery, 10);
    assert.equal(settings('Queue', 'q', { sweepEvery: null }).sweepEvery, null);
  });

  it('refuses names that would scatter the keys of a queue over a Cluster', () => {
    assert.throws(() => settings('Queue', '}', {}), /^RangeError: Queue: name is "}"/);
    assert.throws(() => settings('Queue', 'q', { prefix: 'a{}' }), /^RangeError: Queue: prefix is "a{}"/);
    assert.doesNotThrow(() => settings('Queue', '}', { prefix: '{tag}' }));
  });
});
