import assert from 'node:assert/strict';
import { QueueError } from '../../src/errors.ts';
import { asRqError, jobFailed, missing, RqError } from '../../src/rq/errors.ts';
import { describe } from '../support/it.ts';

describe('rq/errors', (it) => {
  it('is an Error with a code', () => {
    const error = new RqError('STATE', 'no', { cause: 1 });
    assert.ok(error instanceof Error);
    assert.deepEqual([error.name, error.code, error.message, error.cause], ['RqError', 'STATE', 'no', 1]);
    assert.equal(missing('a').code, 'MISSING');
  });

  it('says CLUSTER for what a node of a Cluster answers', () => {
    for (const text of ['MOVED 3999 127.0.0.1:6381', 'Script attempted to access a non local key in a cluster node'])
      assert.equal(asRqError(new Error(text)).code, 'CLUSTER');
    assert.equal(asRqError(new Error('ECONNRESET')).code, 'CONNECTION');
    assert.equal(asRqError(new QueueError('CLOSED', 'over')).code, 'CLOSED');
    assert.equal(asRqError(new QueueError('LAYOUT', 'x', { heals: false })).heals, false);
  });

  it('names the error of a traceback: the last line of Python, the first of JavaScript', () => {
    const python = 'Traceback (most recent call last):\n  File "x.py", line 1, in f\nValueError: boom\n';
    assert.equal(jobFailed('a', python).message, 'Job a: ValueError: boom');
    assert.equal(jobFailed('a', python).traceback, python);
    assert.equal(jobFailed('a', 'RangeError: no\n    at f (x.js:1:1)').message, 'Job a: RangeError: no');
    assert.equal(jobFailed('a', '').message, 'Job a: failed');
  });
});
