import assert from 'node:assert/strict';
import { lastValueFrom, toArray } from 'rxjs';
import { describe } from '../support/it.ts';
import { inLab, rqFormat, rqVersion } from './support/lab.ts';

for (const serializer of ['pickle', 'json'] as const)
  describe(`rq: Python enqueues, RqWorker works, ${serializer}`, (it) => {
    it.before(rqVersion);

    it(
      'gives back what the handler returned, and why it failed',
      inLab(async (lab) => {
        const ids = await lab.script(
          `out = [q.enqueue("node.add", 1, b=2).id, q.enqueue("node.boom").id, q.enqueue("node.nothing").id, q.enqueue("node.none").id]`,
          { serializer },
        );
        const worker = lab.worker(
          ['default'],
          {
            'node.add': ({ args: [a], kwargs: { b } }) => (a as number) + (b as number),
            'node.boom': () => Promise.reject(new RangeError('too hot')),
            'node.nothing': () => undefined,
          },
          { serializer, format: await rqFormat() },
        );
        const outcomes = await lastValueFrom(worker.work({ burst: true }).pipe(toArray()));
        assert.deepEqual(
          outcomes.map(({ status }) => status),
          ['finished', 'failed', 'finished', 'failed'],
        );
        const seen = await lab.script(
          `
ids = ${JSON.stringify(ids)}
jobs = [fetch(id) for id in ids]
out = [[j.get_status(), j.return_value(), j.worker_name, j.is_finished, j.ended_at is not None] for j in jobs]
out.append(jobs[1].latest_result().exc_string.splitlines()[0])
out.append([sorted(q.finished_job_registry.get_job_ids()) == sorted([ids[0], ids[2]]), q.failed_job_registry.get_job_ids() , q.started_job_registry.count, q.count])
`,
          { serializer },
        );
        const [first, second, third, fourth, text, registries] = seen as unknown[][];
        assert.deepEqual(first, ['finished', 3, worker.name, true, true]);
        assert.deepEqual(second?.slice(0, 2), ['failed', null]);
        assert.deepEqual(third?.slice(0, 2), ['finished', null]);
        assert.deepEqual(fourth?.slice(0, 2), ['failed', null]);
        assert.equal(text, 'RangeError: too hot');
        assert.deepEqual(registries?.[0], true);
        assert.deepEqual([registries?.[2], registries?.[3]], [0, 0]);
      }),
    );

    it(
      'is a worker to rq like any other while it works',
      inLab(async (lab) => {
        await lab.script(`q.enqueue("node.wait", job_id="it")`, { serializer });
        let go: () => void = () => {};
        const gate = new Promise<void>((resolve) => {
          go = resolve;
        });
        const worker = lab.worker(
          ['default', 'low'],
          { 'node.wait': () => gate },
          { serializer, name: 'nodework', format: await rqFormat() },
        );
        const done = lastValueFrom(worker.work({ burst: true }).pipe(toArray()));
        await lab.until(async () => (await lab.client.hget('rq:job:it', 'status')) === 'started');
        const seen = await lab.script(
          `
from rq import Worker
w, = Worker.all(connection=conn)
out = [w.name, w.get_state(), w.get_current_job_id(), w.queue_names(), [id.split(":")[0] for id in q.started_job_registry.get_job_ids()]]
`,
          { serializer },
        );
        assert.deepEqual(seen, ['nodework', 'busy', 'it', ['default', 'low'], ['it']]);
        go();
        await done;
        await lab.until(async () => (await lab.client.scard('rq:workers')) === 0);
      }),
    );
  });
