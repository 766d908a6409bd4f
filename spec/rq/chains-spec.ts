import assert from 'node:assert/strict';
import { firstValueFrom, lastValueFrom, toArray } from 'rxjs';
import { scripts } from '../../src/rq/scripts.ts';
import { describe } from '../support/it.ts';
import { inLab, rqFormat, rqVersion } from './support/lab.ts';

// Jobs that wait for jobs: half of each chain runs in Python, half here.

describe('rq: dependencies', (it) => {
  it.before(rqVersion);

  it(
    'go from Node to Python and back, whoever enqueued them',
    inLab(async (lab) => {
      const python = lab.queue('python');
      const node = lab.queue('node');
      const first = (await python.enqueue('mylib.add', { args: [1, 1], jobId: 'first' })).unwrap();
      const second = (await node.enqueue('node.double', { dependsOn: first, jobId: 'second' })).unwrap();
      await lab.script(
        `Queue("python", connection=conn).enqueue("mylib.echo", "third", depends_on="second", job_id="third")`,
      );
      assert.equal(second.fields.status, 'deferred');
      const worker = lab.worker(['node'], { 'node.double': () => 'doubled' }, { format: await rqFormat() });
      const done = lab.burst(['python']);
      await lab.until(async () => (await second.status()).unwrap() === 'queued');
      await done;
      await lastValueFrom(worker.work({ burst: true }).pipe(toArray()));
      const third = (await python.fetchJob('third')).unwrap().unwrap();
      assert.equal(third.fields.status, 'queued');
      await lab.burst(['python']);
      assert.equal((await third.result()).unwrap(), 'third');
      assert.equal((await node.deferred.count()).unwrap(), 0);
    }),
  );

  it(
    'wait for all parents, and for none that is not there',
    inLab(async (lab) => {
      const queue = lab.queue();
      const a = (await queue.enqueue('mylib.add', { args: [1] })).unwrap();
      const b = (await queue.enqueue('node.b')).unwrap();
      const both = (await queue.enqueue('mylib.echo', { args: ['both'], dependsOn: [a, b] })).unwrap();
      const orphan = (await queue.enqueue('mylib.echo', { args: ['orphan'], dependsOn: 'nobody' })).unwrap();
      assert.equal(orphan.fields.status, 'queued');
      assert.equal(both.fields.status, 'deferred');
      // Python fails b, having no module `node`; then it succeeds here.
      await lab.burst();
      assert.equal((await both.status()).unwrap(), 'deferred');
      assert.equal((await b.status()).unwrap(), 'failed');
      (await b.requeue()).unwrap();
      await lastValueFrom(
        lab
          .worker(['default'], { 'node.b': () => 1, 'mylib.echo': ({ args }) => args[0] }, { format: await rqFormat() })
          .work({ burst: true })
          .pipe(toArray()),
      );
      assert.equal((await both.result()).unwrap(), 'both');
    }),
  );

  it(
    'wait here for the last of several parents, and run once though another one ends again',
    inLab(async (lab) => {
      const queue = lab.queue();
      const runs: string[] = [];
      const ran = ({ job }: { readonly job: { readonly id: string } }) => runs.push(job.id);
      const handlers = { 'node.a': ran, 'node.b': ran, 'node.child': ran };
      const work = (name: string) => lastValueFrom(lab.worker([name], handlers).work({ burst: true }).pipe(toArray()));
      (await queue.enqueue('node.a', { jobId: 'a' })).unwrap();
      (await lab.queue('other').enqueue('node.b', { jobId: 'b' })).unwrap();
      const child = (await queue.enqueue('node.child', { jobId: 'child', dependsOn: ['a', 'b'] })).unwrap();
      await work('default');
      assert.equal((await child.status()).unwrap(), 'deferred');
      await work('other');
      await work('default');
      assert.deepEqual(runs, ['a', 'b', 'child']);
      assert.deepEqual(await lab.client.smembers('rq:job:a:dependents'), ['child'], 'as RQ leaves it');
      await lab.client.hset('rq:job:a', 'status', 'queued');
      await lab.client.rpush('rq:queue:default', 'a');
      await work('default');
      assert.deepEqual(runs, ['a', 'b', 'child', 'a']);
    }),
  );

  it(
    'let a job go on after a failure when it allows it, and not otherwise',
    inLab(async (lab) => {
      const queue = lab.queue();
      for (const side of ['python', 'node'] as const) {
        const parent = (await queue.enqueue('mylib.boom')).unwrap();
        const tolerant = (
          await queue.enqueue('mylib.add', { args: [1], dependsOn: parent, allowFailure: true })
        ).unwrap();
        const strict = (await queue.enqueue('mylib.add', { args: [1], dependsOn: parent })).unwrap();
        const handlers = { 'mylib.boom': () => Promise.reject(new Error('boom')), 'mylib.add': () => 1 };
        if (side === 'python') await lab.burst();
        else
          await lastValueFrom(
            lab
              .worker(['default'], handlers, { format: await rqFormat() })
              .work({ burst: true })
              .pipe(toArray()),
          );
        assert.equal((await tolerant.status()).unwrap(), 'finished', side);
        assert.equal((await strict.status()).unwrap(), 'deferred', side);
        const late = (await queue.enqueue('mylib.add', { args: [1], dependsOn: parent, allowFailure: true })).unwrap();
        assert.equal(late.fields.status, 'queued', 'the parent has failed already: nothing would ever release it');
        await queue.empty();
      }
    }),
  );

  it(
    'are released by a cancel that says so, and refuse a canceled parent',
    inLab(async (lab) => {
      const queue = lab.queue();
      const parent = (await queue.enqueue('mylib.add', { args: [1] })).unwrap();
      const child = (await queue.enqueue('mylib.add', { args: [2], dependsOn: parent })).unwrap();
      (await parent.cancel({ enqueueDependents: true })).unwrap();
      assert.equal((await child.status()).unwrap(), 'queued');
      assert.equal((await queue.canceled.jobIds()).unwrap()[0], parent.id);
      const refused = await queue.enqueue('mylib.add', { dependsOn: parent });
      assert.ok(refused.err && refused.val.code === 'STATE');
      const again = await parent.cancel();
      assert.ok(again.err && again.val.code === 'STATE');
      const result = await parent.result();
      assert.ok(result.err && result.val.code === 'CANCELED');
      await lab.burst();
      assert.equal((await child.result()).unwrap(), 2);
    }),
  );

  it(
    'of Python jobs are released by a parent whose result nobody keeps',
    inLab(async (lab) => {
      await lab.script(`
p = q.enqueue("node.parent", job_id="parent", result_ttl=0)
q.enqueue("mylib.add", 3, depends_on=p, job_id="child")
`);
      await lastValueFrom(
        lab
          .worker(['default'], { 'node.parent': () => 1, 'mylib.add': () => 4 }, { format: await rqFormat() })
          .work({ burst: true })
          .pipe(toArray()),
      );
      assert.equal(await lab.client.exists('rq:job:parent'), 0);
      assert.equal(await lab.script('out = fetch("child").return_value()'), 4);
    }),
  );

  it(
    'are released however many there are, in steps of about 1,000, also when the parent is not kept',
    inLab(async (lab) => {
      const queue = lab.queue();
      for (const resultTtl of [500, 0]) {
        const parent = (await queue.enqueue('node.parent', { resultTtl })).unwrap();
        const children = Array.from({ length: 1_000 }, () => ({ func: 'node.child', dependsOn: parent }));
        for (let i = 0; i < 5; i++) (await queue.enqueueMany(children)).unwrap();
        const late = (await queue.enqueue('node.late', { dependsOn: parent })).unwrap();
        const worker = lab.worker(['default']);
        (await (await firstValueFrom(worker.jobs())).finish(1)).unwrap();
        await worker.close();
        assert.equal((await queue.count()).unwrap(), 5_001);
        assert.equal((await late.status()).unwrap(), 'queued');
        assert.equal((await queue.deferred.count()).unwrap(), 0);
        assert.deepEqual(await lab.client.keys('rq:millrace:*'), []);
        assert.equal(await lab.client.exists(`rq:job:${parent.id}:dependents`), 0);
        await queue.empty();
      }
    }),
  );

  it(
    'are released by maintenance when the worker dies between two such steps',
    inLab(async (lab) => {
      const queue = lab.queue();
      const parent = (await queue.enqueue('node.parent')).unwrap();
      const children = Array.from({ length: 1_000 }, () => ({ func: 'node.child', dependsOn: parent }));
      for (let i = 0; i < 3; i++) (await queue.enqueueMany(children)).unwrap();
      const run = await firstValueFrom(lab.worker(['default']).jobs());
      const { id, queue: origin, eid, fields } = run.taken;
      const args = ['w', 0, id, origin, eid, fields.since, 500, 0, 0, 'type', 1];
      const [written, left] = (await lab.client.eval(scripts.finish.text, 0, ...args)) as [number, number];
      assert.deepEqual([written, left], [1, 1]);
      const released = (await queue.count()).unwrap();
      assert.ok(released >= 500 && released < 2_000, `${released} in one step`);
      await lastValueFrom(lab.worker(['other']).work({ burst: true }).pipe(toArray()));
      assert.equal((await queue.count()).unwrap(), 3_000);
    }),
  );

  it(
    'are deleted with their parents, however many there are and in whatever circles they wait',
    inLab(async (lab) => {
      const queue = lab.queue();
      const parent = (await queue.enqueue('node.parent', { dependsOn: 'last', jobId: 'first' })).unwrap();
      const last = { func: 'node.last', jobId: 'last', dependsOn: 'first' };
      const children = Array.from({ length: 999 }, () => ({ func: 'node.child', dependsOn: parent }));
      for (let i = 0; i < 3; i++) (await queue.enqueueMany([...children, ...(i === 0 ? [last] : [])])).unwrap();
      await lab.client.sadd('rq:job:last:dependents', 'first');
      assert.equal((await parent.delete({ dependents: true })).unwrap(), true);
      assert.deepEqual(await lab.client.keys('rq:*'), ['rq:queues']);
    }),
  );
});
