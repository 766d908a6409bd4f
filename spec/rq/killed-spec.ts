import assert from 'node:assert/strict';
import { lastValueFrom, toArray } from 'rxjs';
import { scripts } from '../../src/rq/scripts.ts';
import { describe } from '../support/it.ts';
import { inLab, type Lab, rqFormat, rqVersion } from './support/lab.ts';

/** As if the time had passed in which a worker gives a sign of life, and the lock of Python's maintenance with it. */
const timePasses = async (lab: Lab): Promise<void> => {
  const members = await lab.client.zrange('rq:wip:default', '0', '-1');
  for (const member of members) await lab.client.zadd('rq:wip:default', 1, member);
  await lab.client.del('rq:clean_registries:default');
};

describe('rq: workers that are killed', (it) => {
  it.before(rqVersion);

  it(
    'leave their job to us when they are Python',
    inLab(async (lab) => {
      const queue = lab.queue();
      const tried = (await queue.enqueue('mylib.sleep', { args: [30], retry: { max: 1 } })).unwrap();
      const python = lab.python(['default']);
      await lab.until(async () => (await tried.status()).unwrap() === 'started');
      await python.end('SIGKILL');
      await timePasses(lab);
      const worker = lab.worker(['default'], { 'mylib.sleep': () => 'awake' });
      await lastValueFrom(worker.work({ burst: true }).pipe(toArray()));
      assert.equal((await tried.result()).unwrap(), 'awake');
    }),
  );

  for (const seen of [false, true])
    it(
      `leave their job to Python when they are ours, ${seen ? 'in the format it knows' : 'though no Python worker was seen before'}`,
      inLab(async (lab) => {
        const queue = lab.queue();
        const tried = (await queue.enqueue('mylib.sleep', { args: [30], retry: { max: 1 } })).unwrap();
        const once = (await queue.enqueue('mylib.sleep', { args: [30] })).unwrap();
        const format = seen ? await rqFormat() : 'auto';
        const nodes = [1, 2].map(() => lab.node(['default'], { format }));
        await lab.until(async () => (await queue.started.count()).unwrap() === 2);
        await Promise.all(nodes.map((node) => node.end('SIGKILL')));
        await timePasses(lab);
        await lab.client.hset(`rq:job:${tried.id}`, 'timeout', '1');
        await lab.burst();
        assert.equal((await once.status()).unwrap(), 'failed');
        const result = await tried.result({ timeout: 0 });
        assert.ok(result.err);
        assert.match(result.val.traceback ?? '', /JobTimeoutException/, 'Python ran it again');
        assert.equal((await queue.started.count()).unwrap(), 0);
      }),
    );

  for (const format of ['bare', 'execution'] as const)
    it(
      `leave their job to another one of ours, ${format}: dependents go on, nothing stays behind`,
      inLab(async (lab) => {
        const queue = lab.queue();
        const job = (await queue.enqueue('mylib.sleep', { args: [30] })).unwrap();
        const child = (await queue.enqueue('mylib.add', { dependsOn: job, allowFailure: true })).unwrap();
        const node = lab.node(['default'], { format });
        await lab.until(async () => (await job.status()).unwrap() === 'started');
        await node.end('SIGKILL');
        await timePasses(lab);
        const worker = lab.worker(['default'], { 'mylib.add': () => 7 }, { format });
        await lastValueFrom(worker.work({ burst: true }).pipe(toArray()));
        const result = await job.result();
        assert.ok(result.err);
        assert.match(result.val.message, /AbandonedJobError/);
        assert.equal((await child.result()).unwrap(), 7);
        const left = await lab.client.keys('rq:execution*');
        assert.deepEqual(left, []);
      }),
    );

  it(
    'change nothing when they come back after their job went to somebody else',
    inLab(async (lab) => {
      const queue = lab.queue();
      const job = (await queue.enqueue('node.slow', { retry: { max: 1 } })).unwrap();
      let finish: (value: string) => void = () => {};
      const slow = new Promise<string>((resolve) => {
        finish = resolve;
      });
      const outcomes: string[] = [];
      const first = lab.worker(['default'], { 'node.slow': () => slow });
      first.work().subscribe(({ status }) => outcomes.push(status));
      await lab.until(async () => (await job.status()).unwrap() === 'started');
      await timePasses(lab);
      const second = lab.worker(['default'], { 'node.slow': () => 'second' });
      second.work().subscribe();
      assert.equal((await job.result({ timeout: 10_000 })).unwrap(), 'second');
      finish('first');
      await lab.until(() => outcomes.includes('lost'));
      assert.equal((await job.results()).unwrap().length, 1);
    }),
  );

  it(
    'lose no job between the queue and its start, with several queues and a take whose reply is lost',
    inLab(async (lab) => {
      const relay = await lab.relay();
      const queue = lab.queue('second');
      const jobs = (await queue.enqueueMany([1, 2, 3].map((n) => ({ func: 'node.echo', args: [n] })))).unwrap();
      const worker = lab.worker(['first', 'second'], { 'node.echo': ({ args }) => args[0] }, { connection: relay.url });
      // Every request of a take reaches Redis, and its answer is lost, twice.
      let cuts = 0;
      await lab.client.script('LOAD', scripts.take.text);
      relay.onRequest((bytes) => (bytes.includes(scripts.take.sha) && cuts++ < 2 ? 'cut-after-forward' : 'pass'));
      const outcomes = await lastValueFrom(worker.work({ burst: true, concurrency: 3 }).pipe(toArray()));
      assert.ok(cuts >= 2);
      assert.deepEqual(outcomes.map(({ id }) => id).sort(), jobs.map(({ id }) => id).sort());
      assert.deepEqual(
        outcomes.map(({ status }) => status),
        ['finished', 'finished', 'finished'],
      );
    }),
  );
});
