import assert from 'node:assert/strict';
import { lastValueFrom, toArray } from 'rxjs';
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
});
