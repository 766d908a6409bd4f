import assert from 'node:assert/strict';
import { describe } from '../support/it.ts';
import { inLab } from './support/lab.ts';

describe('rq/registry', (it) => {
  it(
    'reads both formats of started jobs',
    inLab(async (lab) => {
      const queue = lab.queue();
      await lab.client.zadd('rq:wip:default', 5, 'bare', 6, 'new:0123', 7, 'new:4567');
      assert.deepEqual((await queue.started.jobIds()).unwrap(), ['bare', 'new']);
      assert.equal((await queue.started.count()).unwrap(), 3);
      assert.equal((await queue.started.cleanup()).unwrap(), 0, 'they are for the workers to settle');
    }),
  );

  it(
    'pages, tells times, cleans and removes',
    inLab(async (lab) => {
      const queue = lab.queue();
      const now = Math.floor(Date.now() / 1_000);
      await lab.client.zadd('rq:failed:default', -1, 'forever', 5, 'past', now + 100, 'later');
      assert.deepEqual((await queue.failed.jobIds({ offset: 1, limit: 1 })).unwrap(), ['past']);
      assert.equal((await queue.failed.time('forever')).unwrap(), undefined);
      assert.equal((await queue.failed.time('nobody')).unwrap(), undefined);
      assert.deepEqual((await queue.failed.time('later')).unwrap(), new Date((now + 100) * 1_000));
      assert.equal((await queue.failed.cleanup()).unwrap(), 1);
      assert.deepEqual((await queue.failed.jobs()).unwrap(), []);
      assert.equal((await queue.failed.remove('later')).unwrap(), true);
      assert.equal((await queue.failed.remove('later')).unwrap(), false);
      const job = (await queue.enqueue('m.f', { in: 60 })).unwrap();
      assert.deepEqual(
        (await queue.scheduled.jobs()).unwrap().map(({ id }) => id),
        [job.id],
      );
      assert.equal((await queue.scheduled.remove(job.id, { deleteJob: true })).unwrap(), true);
      assert.equal(await lab.client.exists(`rq:job:${job.id}`), 0);
      assert.throws(() => queue.failed.jobIds({ offset: -1 }), /jobIds: offset is -1/);
    }),
  );
});
