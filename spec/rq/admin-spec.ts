import assert from 'node:assert/strict';
import { describe } from '../support/it.ts';
import { inLab } from './support/lab.ts';

describe('rq/admin', (it) => {
  it(
    'empties a queue of any length and deletes it',
    inLab(async (lab) => {
      const queue = lab.queue();
      for (let i = 0; i < 3; i++)
        (await queue.enqueueMany(Array.from({ length: 700 }, () => ({ func: 'm.f' })))).unwrap();
      assert.equal((await queue.empty()).unwrap(), 2_100);
      assert.deepEqual(await lab.client.keys('rq:job*'), []);
      const job = (await queue.enqueue('m.f')).unwrap();
      (await queue.delete({ jobs: false })).unwrap();
      assert.equal((await job.status()).unwrap(), 'queued');
      assert.deepEqual(await lab.client.keys('rq:queue*'), []);
    }),
  );

  it(
    'drops ids whose job is gone, and keeps the order of the others',
    inLab(async (lab) => {
      const queue = lab.queue();
      const ids = Array.from({ length: 1_500 }, (_, i) => `j${i}`);
      (await queue.enqueueMany(ids.slice(0, 1_000).map((jobId) => ({ func: 'm.f', jobId })))).unwrap();
      (await queue.enqueueMany(ids.slice(1_000).map((jobId) => ({ func: 'm.f', jobId })))).unwrap();
      const gone = ids.filter((_, i) => i % 3 === 0);
      await lab.client.del(...gone.map((id) => `rq:job:${id}`));
      assert.equal((await queue.compact()).unwrap(), gone.length);
      assert.deepEqual(
        (await queue.jobIds()).unwrap(),
        ids.filter((id) => !gone.includes(id)),
      );
    }),
  );

  it(
    'suspends for a while or until resumed',
    inLab(async (lab) => {
      const queue = lab.queue();
      (await queue.suspend(60)).unwrap();
      assert.ok((await lab.client.ttl('rq:suspended')) > 50);
      (await queue.suspend()).unwrap();
      assert.equal(await lab.client.ttl('rq:suspended'), -1);
      (await queue.resume()).unwrap();
      assert.equal((await queue.isSuspended()).unwrap(), false);
    }),
  );
});
