import assert from 'node:assert/strict';
import { scripts } from '../../src/rq/scripts.ts';
import { describe } from '../support/it.ts';
import { inLab } from './support/lab.ts';

describe('rq/submit', (it) => {
  it(
    'writes all jobs or none, in order, one depending on an earlier one',
    inLab(async (lab) => {
      const queue = lab.queue();
      const jobs = (
        await queue.enqueueMany([
          { func: 'm.a', jobId: 'a' },
          { func: 'm.b', jobId: 'b', dependsOn: 'a' },
          { func: 'm.c', jobId: 'c', atFront: true },
        ])
      ).unwrap();
      assert.deepEqual(
        jobs.map(({ fields }) => fields.status),
        ['queued', 'deferred', 'queued'],
      );
      assert.deepEqual((await queue.jobIds()).unwrap(), ['c', 'a']);
      assert.equal(await lab.client.zscore('rq:deferred:default', 'b'), 'inf', 'RQ 2.0 to 2.7 fail what is due there');
      assert.deepEqual(await lab.client.smembers('rq:job::b:dependencies'), ['a']);
      assert.deepEqual(await lab.client.smembers('rq:job:a:dependents'), ['b']);
      const refused = await queue.enqueueMany([
        { func: 'm.d', jobId: 'd' },
        { func: 'm.a', jobId: 'a', unique: true },
      ]);
      assert.ok(refused.err && refused.val.code === 'DUPLICATE');
      assert.equal(await lab.client.exists('rq:job:d'), 0);
      assert.deepEqual((await queue.enqueueMany([])).unwrap(), []);
    }),
  );

  it(
    'replaces a job of the same id instead of running it twice',
    inLab(async (lab) => {
      const queue = lab.queue();
      (await queue.enqueue('m.a', { jobId: 'a', meta: { old: 1 }, ttl: 100 })).unwrap();
      (await queue.enqueue('m.b', { jobId: 'a' })).unwrap();
      assert.deepEqual((await queue.jobIds()).unwrap(), ['a']);
      assert.equal(await lab.client.hexists('rq:job:a', 'meta'), 0);
      assert.equal(await lab.client.ttl('rq:job:a'), -1);
      const scheduled = (await queue.enqueue('m.c', { jobId: 'a', in: 60 })).unwrap();
      assert.equal(scheduled.fields.status, 'scheduled');
      assert.equal((await queue.count()).unwrap(), 0);
    }),
  );

  it(
    'enqueues once although the answer was lost',
    inLab(async (lab) => {
      const relay = await lab.relay();
      const queue = lab.queue('default', { connection: relay.url });
      (await queue.count()).unwrap();
      let cuts = 0;
      relay.onRequest((bytes) => (bytes.includes('created_at') && cuts++ < 2 ? 'cut-after-forward' : 'pass'));
      const job = (await queue.enqueue('m.a', { jobId: 'once' })).unwrap();
      assert.ok(cuts >= 2);
      assert.equal(job.fields.status, 'queued');
      assert.deepEqual((await queue.jobIds()).unwrap(), ['once']);
    }),
  );

  it(
    'leaves a job alone that was begun before its lost answer is asked for again',
    inLab(async (lab) => {
      const relay = await lab.relay();
      const queue = lab.queue('default', { connection: relay.url });
      (await queue.count()).unwrap();
      await lab.client.script('LOAD', scripts.enqueue.text);
      let state: 'before' | 'away' | 'after' = 'before';
      relay.onRequest((bytes) => {
        if (state === 'away') return 'cut-before-forward';
        if (state === 'after' || !bytes.includes('created_at')) return 'pass';
        state = 'away';
        return 'cut-after-forward';
      });
      const enqueued = queue.enqueue('m.a', { jobId: 'once' });
      const runs: string[] = [];
      lab
        .worker(['default'], { 'm.a': () => 1 })
        .work()
        .subscribe(({ id }) => runs.push(id));
      await lab.until(() => runs.length === 1);
      state = 'after';
      assert.equal((await enqueued).unwrap().fields.status, 'finished');
      assert.equal(await lab.client.hget('rq:job:once', 'status'), 'finished');
      assert.equal((await queue.count()).unwrap(), 0);
    }),
  );

  it(
    'gives a job with a ttl that time and no more',
    inLab(async (lab) => {
      const job = (await lab.queue().enqueue('m.a', { ttl: 50 })).unwrap();
      const ttl = await lab.client.ttl(`rq:job:${job.id}`);
      assert.ok(ttl > 45 && ttl <= 50);
    }),
  );
});
