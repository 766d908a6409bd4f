import assert from 'node:assert/strict';
import { lastValueFrom, toArray } from 'rxjs';
import { describe } from '../support/it.ts';
import { inLab, rqFormat, rqVersion } from './support/lab.ts';

const untilAborted = ({ signal }: { readonly signal: AbortSignal }) =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });

describe('rq: stop, shut down, suspend', (it) => {
  it.before(rqVersion);

  it(
    'stops a job that a Python worker runs',
    inLab(async (lab) => {
      const queue = lab.queue();
      const job = (await queue.enqueue('mylib.sleep', { args: [30] })).unwrap();
      const idle = await job.stop();
      assert.ok(idle.err && idle.val.code === 'STATE');
      lab.python(['default']);
      await lab.until(async () => (await job.status()).unwrap() === 'started');
      await lab.until(async () => (await job.stop()).unwrap());
      const result = await job.result({ timeout: 20_000 });
      assert.ok(result.err);
      assert.equal(result.val.code, 'STOPPED');
      assert.equal((await job.status()).unwrap(), 'stopped');
    }),
  );

  it(
    'stops a job that runs here when Python says so; its signal aborts, and no try follows',
    inLab(async (lab) => {
      await lab.script('q.enqueue("node.wait", job_id="it", retry=Retry(max=2))');
      const stopped: string[] = [];
      const worker = lab.worker(['default'], { 'node.wait': untilAborted }, { format: await rqFormat() });
      const outcomes = lastValueFrom(worker.work({ burst: true }).pipe(toArray()));
      await lab.until(async () => (await lab.client.hget('rq:job:it', 'status')) === 'started');
      await lab.script('from rq.command import send_stop_job_command\nsend_stop_job_command(conn, "it")');
      stopped.push(...(await outcomes).map(({ status }) => status));
      assert.deepEqual(stopped, ['stopped']);
      const seen = await lab.script(
        'j = fetch("it")\nout = [j.get_status(), j.latest_result().exc_string, j.id in q.failed_job_registry]',
      );
      assert.deepEqual(seen, ['stopped', 'Job stopped by user, work-horse terminated.', true]);
    }),
  );

  it(
    'shuts down when Python says so, after the job under way',
    inLab(async (lab) => {
      await lab.script('q.enqueue("node.slow"); q.enqueue("node.slow")');
      let go: () => void = () => {};
      const gate = new Promise<void>((resolve) => {
        go = resolve;
      });
      const worker = lab.worker(['default'], { 'node.slow': () => gate }, { format: await rqFormat(), name: 'w' });
      const outcomes = lastValueFrom(worker.work().pipe(toArray()));
      await lab.until(async () => (await lab.client.zcard('rq:wip:default')) === 1);
      await lab.script('from rq.command import send_shutdown_command\nsend_shutdown_command(conn, "w")');
      // The worker heard it as soon as Python was answered; it may have to be read still.
      await new Promise((resolve) => setTimeout(resolve, 200));
      go();
      assert.deepEqual(
        (await outcomes).map(({ status }) => status),
        ['finished'],
      );
      assert.equal(await lab.client.llen('rq:queue:default'), 1);
      await lab.until(async () => (await lab.client.hexists('rq:worker:w', 'death')) === 1);
    }),
  );

  it(
    'suspends and resumes both kinds of workers',
    inLab(async (lab) => {
      const queue = lab.queue();
      (await queue.suspend()).unwrap();
      assert.equal((await queue.isSuspended()).unwrap(), true);
      const job = (await queue.enqueue('mylib.add', { args: [1, 1] })).unwrap();
      await lab.burst();
      await lastValueFrom(lab.worker(['default'], {}).work({ burst: true }).pipe(toArray()));
      assert.equal((await job.status()).unwrap(), 'queued');
      const worker = lab.worker(['default'], { 'mylib.add': () => 2 });
      worker.work().subscribe();
      await lab.script('from rq.suspension import resume\nresume(conn)');
      assert.equal((await job.result({ timeout: 10_000 })).unwrap(), 2);
    }),
  );

  it(
    'ends a job that takes too long, and aborts its signal',
    inLab(async (lab) => {
      const queue = lab.queue();
      const job = (await queue.enqueue('node.wait', { timeout: 1 })).unwrap();
      let aborted = false;
      const deaf = ({ signal }: { readonly signal: AbortSignal }) =>
        new Promise(() => signal.addEventListener('abort', () => (aborted = true)));
      const worker = lab.worker(['default'], { 'node.wait': deaf });
      const [outcome] = await lastValueFrom(worker.work({ burst: true }).pipe(toArray()));
      assert.equal(outcome?.status, 'failed');
      assert.ok(aborted);
      const result = await job.result();
      assert.ok(result.err);
      assert.match(result.val.message, /JobTimeoutException: Task exceeded maximum timeout value \(1 seconds\)/);
    }),
  );
});
