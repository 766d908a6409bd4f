import assert from 'node:assert/strict';
import { firstValueFrom, lastValueFrom, toArray } from 'rxjs';
import { currentJob, job, type RqError, type RqHandler, type RqHandlers, type RqOutcome } from '../../src/rq/index.ts';
import { inLab, type Lab, rqVersion } from '../rq/support/lab.ts';
import { comingFrom } from './comingFrom.ts';

const add: RqHandlers = { 'mylib.add': ({ args: [a, b] }) => Number(a) + Number(b) };
const boom: RqHandlers = { 'mylib.boom': () => Promise.reject(new Error('boom')) };

/** Works here until the queue is empty. */
const burst = (lab: Lab, handlers: RqHandlers, concurrency = 1): Promise<RqOutcome[]> =>
  lastValueFrom(lab.worker(['default'], handlers).work({ burst: true, concurrency }).pipe(toArray()));

const codeOf = (result: { readonly ok: boolean; readonly val: unknown }): string =>
  result.ok ? 'ok' : (result.val as RqError).code;

/** Says so where there is no Python with RQ. */
const beside = (body: (lab: Lab) => Promise<unknown>) =>
  inLab(async (lab) => {
    await rqVersion();
    await body(lab);
  });

comingFrom('aiorq', beside, {
  'Queue(name, connection=redis)': async (lab) => {
    const queue = lab.queue('my_queue', { connection: lab.client });
    (await queue.enqueue('mylib.add', { args: [1, 2] })).unwrap();
    assert.equal(await lab.client.llen('rq:queue:my_queue'), 1);
    await queue.close();
    assert.equal(await lab.client.ping(), 'PONG', 'it is not ours to close');
  },

  'queue.enqueue(mylib.add, 1, 2)': async (lab) => {
    const made = (await lab.queue().enqueue('mylib.add', { args: [1, 2] })).unwrap();
    await burst(lab, add);
    assert.equal((await made.result()).unwrap(), 3);
  },

  'enqueue_call(func, args, kwargs, timeout, result_ttl, ttl, description, depends_on, job_id, at_front, meta)': async (
    lab,
  ) => {
    const queue = lab.queue();
    (await queue.enqueue('mylib.add', { args: [1, 1] })).unwrap();
    const times = { timeout: 60, resultTtl: 30, ttl: 90 };
    const named = { jobId: 'mine', description: 'a sum', meta: { by: 'us' } };
    (await queue.enqueue('mylib.add', { args: [1], kwargs: { b: 2 }, atFront: true, ...times, ...named })).unwrap();
    assert.equal((await queue.jobIds()).unwrap()[0], 'mine');
    const { fields, meta, description, kwargs } = (await queue.fetchJob('mine')).unwrap().unwrap();
    assert.deepEqual([fields.timeout, fields.resultTtl, fields.ttl], [60, 30, 90]);
    assert.deepEqual([meta, description, kwargs], [{ by: 'us' }, 'a sum', { b: 2 }]);
  },

  'job.result': async (lab) => {
    const made = (await lab.queue().enqueue('mylib.add', { args: [1, 2] })).unwrap();
    const awaited = made.result({ timeout: 30_000 });
    await burst(lab, add);
    assert.equal((await awaited).unwrap(), 3);
  },

  'rq worker my_queue': async (lab) => {
    const made = (await lab.queue('my_queue').enqueue('mylib.add', { args: [1, 2] })).unwrap();
    await lab.burst(['my_queue']);
    assert.equal((await made.result({ timeout: 30_000 })).unwrap(), 3);
  },

  '@job(queue), .delay(1, 2)': async (lab) => {
    const summator = job(lab.queue(), 'mylib.summator')((...terms: number[]) => terms.reduce((a, b) => a + b));
    assert.equal(summator(1, 2), 3, 'called directly, it is what it was');
    const made = (await summator.delay(1, 2)).unwrap();
    await lastValueFrom(lab.worker(['default'], [summator]).work({ burst: true }));
    assert.equal((await made.result()).unwrap(), 3);
  },

  'push_connection, pop_connection, use_connection, Connection, get_current_connection': async (lab) => {
    const [one, other] = [lab.queue(), lab.queue('default', { connection: lab.url.replace(/5$/, '6') })];
    (await one.enqueue('mylib.add', { args: [1, 2] })).unwrap();
    assert.deepEqual([(await one.count()).unwrap(), (await other.count()).unwrap()], [1, 0]);
  },

  'depends_on=job': async (lab) => {
    const queue = lab.queue();
    const first = (await queue.enqueue('mylib.add', { args: [1, 2] })).unwrap();
    const second = (await queue.enqueue('mylib.add', { args: [3, 4], dependsOn: first })).unwrap();
    const orphan = (await queue.enqueue('mylib.add', { args: [5, 6], dependsOn: 'never-was' })).unwrap();
    const sum = (await queue.enqueue('sum', { args: [first.id, second.id], dependsOn: second })).unwrap();
    assert.equal((await sum.status()).unwrap(), 'deferred');
    const resultOf = async (id: unknown): Promise<number> =>
      Number((await (await queue.fetchJob(String(id))).unwrap().unwrap().result()).unwrap());
    const handlers = {
      sum: async ({ args: [a, b] }: { args: readonly unknown[] }) => (await resultOf(a)) + (await resultOf(b)),
    };
    await burst(lab, { ...add, ...handlers });
    assert.deepEqual([(await sum.result()).unwrap(), (await orphan.result()).unwrap()], [10, 11]);
  },

  'queue.count, is_empty(), job_ids, jobs': async (lab) => {
    const queue = lab.queue();
    assert.equal((await queue.isEmpty()).unwrap(), true);
    const made = (await queue.enqueue('mylib.add')).unwrap();
    assert.equal((await queue.count()).unwrap(), 1);
    assert.deepEqual((await queue.jobIds()).unwrap(), [made.id]);
    assert.deepEqual(
      (await queue.jobs()).unwrap().map(({ id, func }) => [id, func]),
      [[made.id, 'mylib.add']],
    );
  },

  'queue.fetch_job(id), Job.fetch': async (lab) => {
    const queue = lab.queue();
    (await queue.enqueue('mylib.add', { jobId: 'my_id' })).unwrap();
    assert.equal((await queue.fetchJob('my_id')).unwrap().unwrap().func, 'mylib.add');
    assert.equal((await queue.fetchJob('other')).unwrap().none, true);
  },

  'remove, empty, compact': async (lab) => {
    const queue = lab.queue();
    const [a, b, c] = (await queue.enqueueMany([1, 2, 3].map(() => ({ func: 'mylib.add' })))).unwrap();
    assert.ok(a && b && c);
    assert.equal((await queue.remove(a)).unwrap(), true);
    await lab.client.del(`rq:job:${b.id}`);
    assert.equal((await queue.compact()).unwrap(), 1);
    assert.deepEqual((await queue.jobIds()).unwrap(), [c.id]);
    assert.equal((await queue.empty()).unwrap(), 1);
    assert.equal((await queue.count()).unwrap(), 0);
  },

  'dequeue, dequeue_any': async (lab) => {
    (await lab.queue('low').enqueue('mylib.add', { args: [1] })).unwrap();
    (await lab.queue('high').enqueue('mylib.add', { args: [2] })).unwrap();
    const seen: unknown[] = [];
    const jobs = lab.worker(['high', 'low']).jobs({ burst: true });
    await new Promise<void>((resolve, reject) => {
      jobs.subscribe({
        next: async (run) => {
          seen.push(run.args[0]);
          (await run.finish()).unwrap();
        },
        error: reject,
        complete: resolve,
      });
    });
    assert.deepEqual(seen, [2, 1]);
  },

  'async=False': async (lab) => {
    const made = (await lab.queue().enqueue('mylib.add', { args: [1, 2] })).unwrap();
    assert.equal((await made.status()).unwrap(), 'queued', 'nothing runs without a worker');
  },

  'get_failed_queue, requeue_job': async (lab) => {
    const queue = lab.queue();
    const made = (await queue.enqueue('mylib.boom')).unwrap();
    await burst(lab, boom);
    assert.deepEqual((await queue.failed.jobIds()).unwrap(), [made.id]);
    (await made.requeue()).unwrap();
    assert.deepEqual([(await queue.failed.count()).unwrap(), (await queue.count()).unwrap()], [0, 1]);
    assert.equal(codeOf(await made.requeue()), 'STATE', 'it has not failed');
  },

  'cancel_job, job.cancel': async (lab) => {
    const queue = lab.queue();
    const made = (await queue.enqueue('mylib.add')).unwrap();
    (await made.cancel()).unwrap();
    assert.deepEqual([(await queue.count()).unwrap(), (await made.status()).unwrap()], [0, 'canceled']);
  },

  'job.delete': async (lab) => {
    const queue = lab.queue();
    const made = (await queue.enqueue('mylib.add')).unwrap();
    assert.equal((await made.delete()).unwrap(), true);
    assert.equal((await queue.fetchJob(made.id)).unwrap().none, true);
    assert.equal((await queue.count()).unwrap(), 0);
  },

  'get_status, is_finished …': async (lab) => {
    const made = (await lab.queue().enqueue('mylib.add', { args: [1, 2] })).unwrap();
    assert.equal((await made.status()).unwrap(), 'queued');
    await burst(lab, add);
    assert.equal((await made.status()).unwrap(), 'finished');
  },

  'meta, save': async (lab) => {
    const queue = lab.queue();
    const made = (await queue.enqueue('mylib.add', { meta: { tries: 1 } })).unwrap();
    made.meta.tries = 2;
    (await made.saveMeta()).unwrap();
    assert.deepEqual((await queue.fetchJob(made.id)).unwrap().unwrap().meta, { tries: 2 });
  },

  'result_ttl=0': async (lab) => {
    const queue = lab.queue();
    const parent = (await queue.enqueue('mylib.add', { args: [1, 2], resultTtl: 0 })).unwrap();
    const child = (await queue.enqueue('mylib.add', { args: [3, 4], dependsOn: parent })).unwrap();
    await burst(lab, add);
    assert.equal((await queue.fetchJob(parent.id)).unwrap().none, true);
    assert.equal((await child.result()).unwrap(), 7);
  },

  get_current_job: async (lab) => {
    const queue = lab.queue();
    const made = (await queue.enqueueMany([1, 2, 3].map((n) => ({ func: 'who', args: [n] })))).unwrap();
    await burst(lab, { who: async () => Promise.resolve().then(() => currentJob()?.id) }, 3);
    for (const each of made) assert.equal((await each.result()).unwrap(), each.id);
  },

  'Worker(queues), work(burst), aiorq worker': async (lab) => {
    const queue = lab.queue();
    (await queue.enqueueMany([1, 2, 3, 4, 5].map((n) => ({ func: 'most', args: [n] })))).unwrap();
    let [running, most] = [0, 0];
    const handlers = {
      most: async () => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 20));
        running--;
      },
    };
    assert.equal((await burst(lab, handlers, 2)).length, 5);
    assert.equal(most, 2);
  },

  exception_handlers: async (lab) => {
    (await lab.queue().enqueue('mylib.boom')).unwrap();
    const [outcome] = await burst(lab, boom);
    assert.equal(outcome?.status, 'failed');
    assert.match(String(outcome?.error), /boom/);
  },

  'timeout, JobTimeoutException': async (lab) => {
    const made = (await lab.queue().enqueue('sleeps', { timeout: 1 })).unwrap();
    let aborted = false;
    const sleeps: RqHandler = ({ signal }) =>
      new Promise(() => {
        signal.addEventListener('abort', () => {
          aborted = true;
        });
      });
    const [outcome] = await burst(lab, { sleeps });
    assert.deepEqual([outcome?.status, aborted, (await made.status()).unwrap()], ['failed', true, 'failed']);
  },

  registry: async (lab) => {
    const queue = lab.queue();
    const first = (await queue.enqueue('mylib.add')).unwrap();
    const second = (await queue.enqueue('mylib.add', { dependsOn: first })).unwrap();
    assert.deepEqual((await queue.deferred.jobIds()).unwrap(), [second.id]);
    const worker = lab.worker(['default']);
    const run = await firstValueFrom(worker.jobs());
    assert.deepEqual((await queue.started.jobIds()).unwrap(), [first.id]);
    (await run.finish()).unwrap();
    assert.deepEqual((await queue.finished.jobIds()).unwrap(), [first.id]);
  },

  'suspend, resume, is_suspended': async (lab) => {
    const queue = lab.queue();
    const made = (await queue.enqueue('mylib.add', { args: [1, 2] })).unwrap();
    (await queue.suspend()).unwrap();
    assert.equal((await queue.isSuspended()).unwrap(), true);
    assert.deepEqual(await burst(lab, add), []);
    (await queue.resume()).unwrap();
    await burst(lab, add);
    assert.equal((await made.result()).unwrap(), 3);
  },

  'NoSuchJobError, InvalidJobOperationError, UnpickleError, DequeueTimeout': async (lab) => {
    const queue = lab.queue();
    const [gone, waiting] = (await queue.enqueueMany([{ func: 'mylib.add' }, { func: 'mylib.add' }])).unwrap();
    assert.ok(gone && waiting);
    (await gone.delete()).unwrap();
    assert.equal(codeOf(await gone.refresh()), 'MISSING');
    assert.equal(codeOf(await waiting.requeue()), 'STATE');
    assert.equal(codeOf(await queue.enqueue('mylib.add', { args: [() => {}] })), 'SERIALIZER');
    assert.equal(codeOf(await waiting.result({ timeout: 20 })), 'TIMEOUT');
  },

  'binary compatibility with RQ': async (lab) => {
    const queue = lab.queue();
    const ours = (await queue.enqueue('mylib.show', { args: [1, 'ä', [null, true]], kwargs: { k: 2.5 } })).unwrap();
    await lab.burst();
    assert.equal((await ours.result({ timeout: 30_000 })).unwrap(), "((1, 'ä', [None, True]), {'k': 2.5})");
    const theirs = String(await lab.script('out = q.enqueue("node.double", 21).id'));
    await burst(lab, { 'node.double': ({ args: [n] }) => 2 * Number(n) });
    assert.equal(await lab.script(`out = fetch("${theirs}").return_value()`), 42);
  },

  'protocol (unreleased)': async (lab) => {
    const made = (await lab.queue().enqueue('mylib.add', { args: [1, 2] })).unwrap();
    const run = await firstValueFrom(lab.worker(['default']).jobs());
    assert.equal((await made.status()).unwrap(), 'started');
    assert.equal((await lab.queue().count()).unwrap(), 0, 'taken and started, in one step');
    (await run.finish(3)).unwrap();
    assert.equal((await made.result()).unwrap(), 3);
  },
});
