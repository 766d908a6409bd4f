import assert from 'node:assert/strict';
import { describe } from '../support/it.ts';
import { inLab, rqVersion } from './support/lab.ts';

describe('rq: one queue, two Python and two Node workers', (it) => {
  it.before(rqVersion);

  it(
    'do 1,000 jobs, each exactly once, and both take their share',
    inLab(async (lab) => {
      const queue = lab.queue();
      const workers = [lab.python(['default']), lab.python(['default'])];
      workers.push(lab.node(['default']), lab.node(['default']));
      await lab.until(async () => (await lab.client.scard('rq:workers')) === 4);
      const wanted = Array.from({ length: 1_000 }, (_, i) => `job-${i}`);
      const specs = wanted.map((jobId) => ({ func: 'mylib.note', args: ['done', jobId], jobId }));
      (await queue.enqueueMany(specs)).unwrap();
      await lab.until(async () => (await queue.finished.count()).unwrap() === 1_000, { within: 50_000, every: 100 });
      const done = await lab.client.lrange('done', 0, -1);
      assert.deepEqual(done.sort(), wanted.sort());
      const shares = await lab.client.smembers('rq:workers');
      const counts = await Promise.all(shares.map((key) => lab.client.hget(key, 'successful_job_count')));
      assert.equal(
        counts.map(Number).reduce((a, b) => a + b),
        1_000,
      );
      assert.ok(
        counts.every((count) => Number(count) > 10),
        counts.join(),
      );
      assert.equal((await queue.started.count()).unwrap(), 0);
      console.log(`\n   shares: ${counts.join(', ')}`);
    }),
    { timeout: 60_000 },
  );
});
