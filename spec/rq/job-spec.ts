import assert from 'node:assert/strict';
import { lastValueFrom, toArray } from 'rxjs';
import { describe } from '../support/it.ts';
import { inLab } from './support/lab.ts';

describe('rq/job', (it) => {
  it(
    'knows its call, reads itself again and writes its meta',
    inLab(async (lab) => {
      const queue = lab.queue();
      const made = (await queue.enqueue('m.f', { args: [1], kwargs: { a: 2 }, meta: { n: 1 } })).unwrap();
      const job = (await queue.fetchJob(made.id)).unwrap().unwrap();
      assert.deepEqual(
        [job.func, job.args, job.kwargs, job.queue, job.description],
        ['m.f', [1], { a: 2 }, 'default', 'm.f(1, a=2)'],
      );
      assert.deepEqual(job.meta, { n: 1 });
      job.meta.n = 2;
      (await job.saveMeta()).unwrap();
      assert.deepEqual((await made.refresh()).unwrap().meta, { n: 2 });
      made.meta = { whole: 'new' };
      (await made.saveMeta()).unwrap();
      assert.deepEqual((await job.refresh()).unwrap().meta, { whole: 'new' });
      made.meta = { f: () => 1 };
      const bad = await made.saveMeta();
      assert.ok(bad.err && bad.val.code === 'SERIALIZER');
    }),
  );

  it(
    'answers MISSING once it is gone, and writes nothing then',
    inLab(async (lab) => {
      const job = (await lab.queue().enqueue('m.f')).unwrap();
      assert.equal((await job.delete()).unwrap(), true);
      assert.equal((await job.delete()).unwrap(), false);
      for (const answer of [
        await job.status(),
        await job.refresh(),
        await job.saveMeta(),
        await job.cancel(),
        await job.stop(),
      ])
        assert.ok(answer.err && answer.val.code === 'MISSING');
      assert.deepEqual(await lab.client.keys('rq:job*'), []);
      assert.equal((await job.latestResult()).unwrap().none, true);
    }),
  );

  it(
    'emits its statuses until it ends',
    inLab(async (lab) => {
      const job = (await lab.queue().enqueue('node.f')).unwrap();
      const seen = lastValueFrom(job.events({ every: 10 }).pipe(toArray()));
      let go: () => void = () => {};
      const gate = new Promise<void>((resolve) => {
        go = resolve;
      });
      lab
        .worker(['default'], { 'node.f': () => gate })
        .work({ burst: true })
        .subscribe();
      await lab.until(async () => (await job.status()).unwrap() === 'started');
      setTimeout(go, 50);
      assert.deepEqual(await seen, ['queued', 'started', 'finished']);
    }),
  );
});
