import assert from 'node:assert/strict';
import { parseStamp, readFields, stamp } from '../../src/rq/fields.ts';
import { describe } from '../support/it.ts';

const hash = (fields: Record<string, string>) => new Map(Object.entries(fields).map(([k, v]) => [k, Buffer.from(v)]));

describe('rq/fields', (it) => {
  it('writes six digits and reads one to six, or none', () => {
    assert.equal(stamp(new Date(1)), '1970-01-01T00:00:00.001000Z');
    for (const text of ['1970-01-01T00:00:01.5Z', '1970-01-01T00:00:01.500000Z', '1970-01-01T00:00:01.500999Z'])
      assert.equal(parseStamp(text)?.getTime(), 1_500);
    assert.equal(parseStamp('1970-01-01T00:00:01Z')?.getTime(), 1_000);
    for (const bad of ['', 'yesterday']) assert.equal(parseStamp(bad), undefined);
  });

  it('reads all of a job', () => {
    const fields = readFields(
      hash({
        status: 'started',
        origin: 'q',
        description: 'd',
        timeout: '-1',
        result_ttl: '0',
        failure_ttl: '-1',
        ttl: '5',
        dependency_ids: '["a", "b"]',
        dependency_id: 'a',
        allow_dependency_failures: '1',
        enqueue_at_front: '0',
        retries_left: '2',
        retry_intervals: '[0, 30]',
        success_callback_name: 'm.f',
        failure_callback_name: '',
        success_callback_timeout: '9',
        worker_name: '',
        group_id: '',
        data: 'x',
        meta: '{}',
        started_at: '1970-01-01T00:00:01.000001Z',
      }),
    );
    assert.deepEqual(
      [fields.status, fields.timeout, fields.resultTtl, fields.failureTtl, fields.ttl, fields.dependencyIds],
      ['started', -1, 0, -1, 5, ['a', 'b']],
    );
    assert.deepEqual(
      [fields.allowFailure, fields.atFront, fields.retriesLeft, fields.retryIntervals],
      [true, false, 2, [0, 30]],
    );
    assert.deepEqual(
      [fields.onSuccess, fields.onFailure, fields.workerName],
      [{ name: 'm.f', timeout: 9 }, undefined, undefined],
    );
    assert.equal(fields.since, '1970-01-01T00:00:01.000001Z');
  });

  it('reads a job of RQ before 1.8, and bears what no version writes', () => {
    const fields = readFields(hash({ dependency_id: 'a', timeout: '1h', retry_intervals: 'x', created_at: '+00:00' }));
    assert.deepEqual(
      [fields.dependencyIds, fields.timeout, fields.retryIntervals, fields.createdAt],
      [['a'], 180, [], undefined],
    );
    assert.deepEqual(readFields(new Map()).dependencyIds, []);
  });
});
