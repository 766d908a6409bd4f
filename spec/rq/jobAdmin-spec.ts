import assert from 'node:assert/strict';
import { describe } from '../support/it.ts';
import { inLab, rqVersion } from './support/lab.ts';

describe('rq/jobAdmin', (it) => {
  it.before(rqVersion);

  it(
    'cancels and deletes jobs wherever they are, as Python sees it',
    inLab(async (lab) => {
      const queue = lab.queue();
      const queued = (await queue.enqueue('m.f', { jobId: 'queued' })).unwrap();
      const deferred = (await queue.enqueue('m.f', { jobId: 'deferred', dependsOn: queued })).unwrap();
      const scheduled = (await queue.enqueue('m.f', { jobId: 'scheduled', in: 60 })).unwrap();
      for (const job of [deferred, scheduled, queued]) (await job.cancel()).unwrap();
      const seen = await lab.script(`
out = [q.count, q.deferred_job_registry.count, q.scheduled_job_registry.count, sorted(q.canceled_job_registry.get_job_ids()), fetch("queued").is_canceled]
`);
      assert.deepEqual(seen, [0, 0, 0, ['deferred', 'queued', 'scheduled'], true]);
      assert.equal((await queued.delete({ dependents: true })).unwrap(), true);
      assert.deepEqual((await queue.canceled.jobIds()).unwrap(), ['scheduled']);
      (await scheduled.delete()).unwrap();
      assert.deepEqual(await lab.client.keys('rq:*'), ['rq:queues']);
    }),
  );

  it(
    'requeues a failed job once, at the front if asked',
    inLab(async (lab) => {
      const queue = lab.queue();
      const job = (await queue.enqueue('mylib.boom')).unwrap();
      await lab.burst();
      (await queue.enqueue('mylib.add', { args: [1], jobId: 'other' })).unwrap();
      (await job.requeue({ atFront: true })).unwrap();
      assert.deepEqual((await queue.jobIds()).unwrap(), [job.id, 'other']);
      assert.equal(await lab.client.ttl(`rq:job:${job.id}`), -1, 'it is no longer to be forgotten after a year');
      const again = await job.requeue();
      assert.ok(again.err && again.val.code === 'STATE');
      await lab.burst();
      assert.equal((await queue.requeue()).unwrap(), 1);
      assert.equal((await queue.requeue([job.id])).unwrap(), 0);
      assert.equal((await job.results()).unwrap().length, 2);
    }),
  );
});
