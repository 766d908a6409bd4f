import assert from 'node:assert/strict';
import { RqWorker } from '../../src/rq/worker.ts';
import { describe } from '../support/it.ts';
import { inLab, rqVersion } from './support/lab.ts';

describe('rq/workers', (it) => {
  it.before(rqVersion);

  it(
    'tells of all workers, in Python and here, what they do and did',
    inLab(async (lab) => {
      const queue = lab.queue();
      lab.python(['default'], { name: 'snake' });
      await queue.enqueue('mylib.add', { args: [1, 2] });
      await lab.until(async () => (await queue.finished.count()).unwrap() === 1);
      let go: () => void = () => {};
      const gate = new Promise<void>((resolve) => {
        go = resolve;
      });
      lab
        .worker(['high', 'low'], { 'n.wait': () => gate }, { name: 'ours' })
        .work()
        .subscribe();
      await lab.client.sadd('rq:workers', 'rq:worker:long-gone');
      const job = (await lab.queue('high').enqueue('n.wait')).unwrap();
      await lab.until(async () => (await job.status()).unwrap() === 'started');
      const [ours, snake, ...others] = (await RqWorker.all(lab.url)).unwrap();
      assert.deepEqual(others, []);
      assert.deepEqual(
        [ours?.name, ours?.state, ours?.queues, ours?.currentJobId, ours?.pid, ours?.version],
        ['ours', 'busy', ['high', 'low'], job.id, process.pid, 'millrace'],
      );
      assert.ok(ours?.bornAt !== undefined && Date.now() - ours.bornAt.getTime() < 10_000);
      assert.deepEqual([snake?.name, snake?.successfulJobs, snake?.failedJobs], ['snake', 1, 0]);
      assert.equal(snake?.version, await rqVersion());
      assert.ok(snake.workingTime > 0 && snake.workingTime < 10_000);
      go();
    }),
  );

  it(
    'tells one to end, or to give up its job',
    inLab(async (lab) => {
      const queue = lab.queue();
      const job = (await queue.enqueue('mylib.sleep', { args: [30] })).unwrap();
      const python = lab.python(['default'], { name: 'snake' });
      await lab.until(async () => (await job.status()).unwrap() === 'started');
      await lab.until(async () => (await RqWorker.tell('snake', 'kill-horse', lab.url)).unwrap());
      const result = await job.result({ timeout: 20_000 });
      assert.ok(result.err && /terminated unexpectedly/.test(result.val.message));
      assert.equal((await RqWorker.tell('snake', 'shutdown', lab.url)).unwrap(), true);
      await python.exited;
      assert.equal((await RqWorker.tell('snake', 'shutdown', lab.url)).unwrap(), false);
      assert.throws(() => RqWorker.tell('snake', 'sing' as never), /RqWorker.tell: command is "sing"/);
    }),
  );
});
