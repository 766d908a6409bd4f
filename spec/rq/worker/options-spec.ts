import assert from 'node:assert/strict';
import { feedOptions, type RqWorkerOptions, workerOptions } from '../../../src/rq/worker/options.ts';
import { describe } from '../../support/it.ts';

describe('rq/worker/options', (it) => {
  it('fills in what RQ does by default', () => {
    const all = workerOptions('q', undefined);
    assert.deepEqual(
      [all.queues, all.resultTtl, all.monitoring, all.scheduler, all.format],
      [['q'], 500, 30, false, 'auto'],
    );
    assert.match(all.name, /^[0-9a-f]{32}$/);
    assert.deepEqual(workerOptions(['a', 'b', 'a'], { resultTtl: -1 }).queues, ['a', 'b']);
    assert.deepEqual(feedOptions('work', undefined), { concurrency: 1, burst: false, fair: false });
    assert.deepEqual(feedOptions('work', { strategy: 'round-robin' }).fair, true);
  });

  it('refuses the others, naming them', () => {
    const refused: readonly (readonly [RqWorkerOptions, RegExp])[] = [
      [{ name: '' }, /RqWorker: name is ""/],
      [{ resultTtl: -2 }, /resultTtl is -2/],
      [{ scheduler: 1 as never }, /scheduler is 1/],
      [{ maintenanceEvery: 0 }, /maintenanceEvery is 0/],
      [{ monitoringInterval: 0.5 }, /monitoringInterval is 0.5/],
      [{ format: 'old' as never }, /format is "old"/],
      [{ serializer: 'xml' as never }, /serializer is "xml"/],
    ];
    for (const [options, message] of refused) assert.throws(() => workerOptions('q', options), message);
    assert.throws(() => workerOptions([], undefined), /queues is an array of 0/);
    assert.throws(() => workerOptions(5 as never, undefined), /queues is 5/);
    assert.throws(() => feedOptions('work', { concurrency: 0 }), /work: concurrency is 0/);
  });
});
