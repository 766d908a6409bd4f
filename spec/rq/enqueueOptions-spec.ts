import assert from 'node:assert/strict';
import { prepare, type RqEnqueueOptions } from '../../src/rq/enqueueOptions.ts';
import { readFields } from '../../src/rq/fields.ts';
import { serializerOf } from '../../src/rq/serializer.ts';
import { describe } from '../support/it.ts';

const queue = { name: 'q', timeout: 180, serializer: serializerOf('f', 'json') };
const prepared = (options: RqEnqueueOptions) => prepare('enqueue', queue, 'm.f', options);
const fieldsOf = (options: RqEnqueueOptions) => {
  const { fields } = prepared(options);
  const hash = new Map<string, Buffer>();
  for (let i = 0; i < fields.length; i += 2) {
    const value = fields[i + 1];
    hash.set(String(fields[i]), Buffer.isBuffer(value) ? value : Buffer.from(String(value)));
  }
  return hash;
};

describe('rq/enqueueOptions', (it) => {
  it('writes what RQ writes, and nothing empty that would end a worker', () => {
    const { id, fields, plan } = prepared({});
    assert.match(id, /^[\w-]{36}$/);
    assert.equal(fields[0], 'created_at');
    assert.deepEqual(plan, { queue: 'q', front: false, unique: false, parents: [], failureAllowed: false });
    for (const absent of [
      'result_ttl',
      'ttl',
      'meta',
      'enqueue_at_front',
      'retries_left',
      'success_callback_timeout',
      'stopped_callback_name',
    ])
      assert.ok(!fields.includes(absent), absent);
  });

  it('writes every option in its field', () => {
    const fields = readFields(
      fieldsOf({
        timeout: '1h',
        resultTtl: -1,
        failureTtl: 0,
        ttl: 9,
        description: 'd',
        dependsOn: ['a', { id: 'b' }, 'a'],
        allowFailure: true,
        atFront: true,
        retry: { max: 2, intervals: [1, 2], atFront: true },
        repeat: { times: 3, intervals: 4 },
        onSuccess: 'm.ok',
        onFailure: { name: 'm.no', timeout: '1m' },
        onStopped: 'm.stop',
        meta: { a: 1 },
      }),
    );
    assert.deepEqual([fields.timeout, fields.resultTtl, fields.failureTtl, fields.ttl], [3_600, -1, 0, 9]);
    assert.deepEqual([fields.dependencyIds, fields.allowFailure, fields.atFront], [['a', 'b'], true, true]);
    assert.deepEqual(
      [fields.retriesLeft, fields.retryIntervals, fields.repeatsLeft, fields.repeatIntervals],
      [2, [1, 2], 3, [4]],
    );
    assert.deepEqual(
      [fields.onSuccess, fields.onFailure],
      [
        { name: 'm.ok', timeout: 60 },
        { name: 'm.no', timeout: 60 },
      ],
    );
    assert.equal(String(fields.meta), '{"a":1}');
    assert.deepEqual(prepared({ at: new Date(1_999) }).plan.at, 1);
    assert.deepEqual(prepared({ in: '1m' }).plan.after, 60);
  });

  it('refuses at the call what would end a stock worker, naming the option', () => {
    const refused: readonly (readonly [unknown, RegExp])[] = [
      [{ jobId: 'a:b' }, /jobId is "a:b"/],
      [{ timeout: 1.5 }, /timeout is 1.5/],
      [{ timeout: '1.5h' }, /timeout is "1.5h"/],
      [{ ttl: 0 }, /ttl is 0/],
      [{ resultTtl: -2 }, /resultTtl is -2/],
      [{ retry: { max: 0 } }, /retry.max is 0/],
      [{ retry: { max: 1, intervals: [] } }, /retry.intervals/],
      [{ repeat: { times: -1 } }, /repeat.times/],
      [{ atFront: 'yes' }, /atFront is "yes"/],
      [{ args: 'abc' }, /args is "abc"/],
      [{ kwargs: [1] }, /kwargs is an array/],
      [{ meta: 'x' }, /meta is "x"/],
      [{ onSuccess: '' }, /onSuccess is ""/],
      [{ onFailure: { name: 'f', timeout: '' } }, /onFailure.timeout is ""/],
      [{ dependsOn: 'a b' }, /dependsOn is "a b"/],
      [{ jobId: 'a', dependsOn: 'a' }, /another job/],
      [{ dependsOn: Array(1_001).fill('a') }, /dependsOn is an array of 1001, expected at most 1000 jobs/],
      [{ retry: { max: 1, atFront: 1 } }, /retry.atFront is 1/],
      [{ at: '2030-01-01' }, /at is "2030-01-01"/],
      [{ at: new Date(), in: 1 }, /beside `at`/],
      [{ in: 1, dependsOn: 'a' }, /RQ would not wait/],
      [{ unique: true }, /jobId is undefined/],
    ];
    for (const [options, message] of refused) assert.throws(() => prepared(options as RqEnqueueOptions), message);
    assert.throws(() => prepare('enqueue', queue, '', {}), /func is ""/);
  });
});
