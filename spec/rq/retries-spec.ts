import assert from 'node:assert/strict';
import { lastValueFrom, toArray } from 'rxjs';
import { describe } from '../support/it.ts';
import { inLab, rqFormat, rqVersion } from './support/lab.ts';

describe('rq: retries, repeats and schedules', (it) => {
  it.before(rqVersion);

  it(
    'of Node are done by a Python worker with its scheduler',
    inLab(async (lab) => {
      const queue = lab.queue();
      const retried = (
        await queue.enqueue('mylib.fail_times', { args: ['tries', 2], retry: { max: 3, intervals: [0, 1] } })
      ).unwrap();
      const later = (await queue.enqueue('mylib.add', { args: [1, 1], in: 1 })).unwrap();
      const dated = (await queue.enqueue('mylib.add', { args: [2, 2], at: new Date() })).unwrap();
      assert.equal(later.fields.status, 'scheduled');
      assert.deepEqual((await queue.scheduled.jobIds()).unwrap().sort(), [later.id, dated.id].sort());
      const due = (await queue.scheduled.time(later.id)).unwrap();
      assert.ok(due !== undefined && Math.abs(due.getTime() - Date.now()) < 2_500);
      lab.python(['default'], { scheduler: true });
      assert.equal((await retried.result({ timeout: 30_000 })).unwrap(), 3);
      assert.equal((await later.result({ timeout: 30_000 })).unwrap(), 2);
      assert.equal((await dated.result({ timeout: 30_000 })).unwrap(), 4);
    }),
  );

  it(
    'of Python are done by a worker of ours with its scheduler',
    inLab(async (lab) => {
      await lab.script(`
q.enqueue("node.flaky", job_id="retried", retry=Retry(max=2, interval=[0, 1]))
q.enqueue_in(datetime.timedelta(seconds=1), "node.add", 1, job_id="later")
q.enqueue("node.never", job_id="never", retry=Retry(max=1))
`);
      const queue = lab.queue();
      let tries = 0;
      const worker = lab.worker(
        ['default'],
        {
          'node.flaky': () => {
            if (++tries < 3) throw new Error(`try ${tries}`);
            return tries;
          },
          'node.never': () => Promise.reject(new Error('never')),
          'node.add': ({ args }) => args[0],
        },
        { scheduler: true, format: await rqFormat() },
      );
      const statuses: string[] = [];
      worker.work().subscribe(({ id, status }) => statuses.push(`${id} ${status}`));
      const job = async (id: string) => (await queue.fetchJob(id)).unwrap().unwrap();
      assert.equal((await (await job('retried')).result({ timeout: 20_000 })).unwrap(), 3);
      assert.equal((await (await job('later')).result({ timeout: 20_000 })).unwrap(), 1);
      await lab.until(() => statuses.length === 6);
      assert.deepEqual(
        statuses.filter((each) => !each.startsWith('later')),
        ['retried queued', 'never queued', 'retried scheduled', 'never failed', 'retried finished'],
      );
      const left = await lab.script('out = [fetch("retried").retries_left, q.failed_job_registry.get_job_ids()]');
      assert.deepEqual(left, [0, ['never']]);
      assert.equal(await lab.client.exists('rq:scheduler-lock:default'), 1);
      await worker.close();
      assert.equal(await lab.client.exists('rq:scheduler-lock:default'), 0);
    }),
  );

  it(
    'put the next try ahead of the others when asked to',
    inLab(async (lab) => {
      const queue = lab.queue();
      const tries: string[] = [];
      const handlers = {
        'node.flaky': ({ job }: { readonly job: { readonly id: string } }) => {
          tries.push(job.id);
          if (tries.filter((id) => id === job.id).length === 1) throw new Error('once more');
        },
      };
      for (const [jobId, atFront] of Object.entries({ back: false, front: true }))
        (await queue.enqueue('node.flaky', { jobId, retry: { max: 1, atFront } })).unwrap();
      (await queue.enqueue('node.flaky', { jobId: 'last' })).unwrap();
      await lastValueFrom(lab.worker(['default'], handlers).work({ burst: true }).pipe(toArray()));
      assert.deepEqual(tries, ['back', 'front', 'front', 'last', 'back']);
    }),
  );

  it(
    'respects the lock of a Python scheduler',
    inLab(async (lab) => {
      const queue = lab.queue();
      await lab.client.set('rq:scheduler-lock:default', '4711', 'EX', 61);
      const job = (await queue.enqueue('node.add', { at: new Date(0) })).unwrap();
      const worker = lab.worker(['default'], { 'node.add': () => 1 }, { scheduler: true });
      assert.deepEqual(await lastValueFrom(worker.work({ burst: true }).pipe(toArray())), []);
      assert.equal((await job.status()).unwrap(), 'scheduled');
    }),
  );

  it(
    'repeats a job as RQ 2.3 counts: from the end of the intervals',
    inLab(async (lab) => {
      const queue = lab.queue();
      const job = (await queue.enqueue('node.tick', { repeat: { times: 2, intervals: [0, 1] } })).unwrap();
      let ticks = 0;
      const worker = lab.worker(['default'], { 'node.tick': () => ++ticks });
      await lastValueFrom(worker.work({ burst: true }).pipe(toArray()));
      assert.equal(ticks, 1);
      assert.equal((await job.status()).unwrap(), 'scheduled');
      const again = lab.worker(['default'], { 'node.tick': () => ++ticks }, { scheduler: true });
      again.work().subscribe();
      await lab.until(async () => (await job.results()).unwrap().length === 3);
      assert.equal(ticks, 3);
      assert.equal((await job.status()).unwrap(), 'finished');
    }),
  );
});
