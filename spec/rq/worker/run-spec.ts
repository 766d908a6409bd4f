import assert from 'node:assert/strict';
import { firstValueFrom } from 'rxjs';
import { describe } from '../../support/it.ts';
import { inLab } from '../support/lab.ts';

describe('rq/worker/run', (it) => {
  it(
    'is settled once, by whoever pipes the jobs',
    inLab(async (lab) => {
      const queue = lab.queue();
      const job = (await queue.enqueue('anything', { args: [2] })).unwrap();
      const run = await firstValueFrom(lab.worker(['default']).jobs());
      assert.deepEqual([run.id, run.func, run.args, run.fields.status], [job.id, 'anything', [2], 'started']);
      (await run.finish(4)).unwrap();
      const again = await run.fail('no');
      assert.ok(again.err && again.val.code === 'STATE');
      assert.deepEqual(await run.outcome, { id: job.id, queue: 'default', status: 'finished', value: 4 });
      assert.equal((await job.result()).unwrap(), 4);
    }),
  );

  it(
    'answers LOST when its job was deleted meanwhile, and leaves nothing',
    inLab(async (lab) => {
      const job = (await lab.queue().enqueue('anything')).unwrap();
      const run = await firstValueFrom(lab.worker(['default']).jobs());
      (await job.delete()).unwrap();
      const answer = await run.finish(1);
      assert.ok(answer.err && answer.val.code === 'LOST');
      assert.deepEqual(await lab.client.keys('rq:job*'), []);
    }),
  );

  it(
    'is stopped by hand: its signal aborts',
    inLab(async (lab) => {
      const job = (await lab.queue().enqueue('anything')).unwrap();
      const run = await firstValueFrom(lab.worker(['default']).jobs());
      assert.equal((await run.stop()).unwrap(), true);
      assert.ok(run.signal.aborted);
      assert.equal((await job.status()).unwrap(), 'stopped');
    }),
  );
});
