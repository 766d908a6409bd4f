import assert from 'node:assert/strict';
import { lastValueFrom, toArray } from 'rxjs';
import { describe } from '../../support/it.ts';
import { inLab } from '../support/lab.ts';

describe('rq/worker/life', (it) => {
  it(
    'sends signs of life, is born again when forgotten, and aborts what it lost',
    inLab(async (lab) => {
      const job = (await lab.queue().enqueue('n.wait')).unwrap();
      let reason: unknown;
      const handlers = {
        'n.wait': ({ signal }: { readonly signal: AbortSignal }) =>
          new Promise((_, reject) => {
            signal.addEventListener('abort', () => {
              reason = signal.reason;
              reject(signal.reason);
            });
          }),
      };
      const worker = lab.worker(['default'], handlers, { name: 'w', monitoringInterval: 1 });
      const outcomes: string[] = [];
      worker.work().subscribe(({ status }) => outcomes.push(status));
      const beat = () => lab.client.hget(`rq:job:${job.id}`, 'last_heartbeat');
      const first = await lab.until(beat);
      await lab.until(async () => (await beat()) !== first);
      await lab.client.del('rq:worker:w');
      await lab.until(async () => (await lab.client.hget('rq:worker:w', 'birth')) !== null);
      await lab.client.del('rq:wip:default');
      await lab.until(() => outcomes.length === 1);
      assert.deepEqual(outcomes, ['lost']);
      assert.match(String(reason), /declared abandoned/);
    }),
  );

  it(
    'refuses a name that a living worker has',
    inLab(async (lab) => {
      const first = lab.worker(['default'], {}, { name: 'w' });
      first.work().subscribe();
      await lab.until(async () => (await lab.client.exists('rq:worker:w')) === 1);
      await assert.rejects(lastValueFrom(lab.worker(['default'], {}, { name: 'w' }).work()), { code: 'DUPLICATE' });
      await first.close();
      assert.deepEqual(
        await lastValueFrom(lab.worker(['default'], {}, { name: 'w' }).work({ burst: true }).pipe(toArray())),
        [],
      );
    }),
  );

  it(
    'takes back what a Python worker took off the queue and never started, and forgets dead workers',
    inLab(async (lab) => {
      const queue = lab.queue();
      for (const jobId of ['stuck', 'fresh']) (await queue.enqueue('n.f', { jobId })).unwrap();
      await lab.client.del('rq:queue:default');
      const between = 'rq:queue:default:intermediate';
      await lab.client.rpush(between, 'stuck', 'fresh', 'gone');
      for (const id of ['stuck', 'gone']) await lab.client.set(`${between}:first_seen:${id}`, '1795197176.5');
      await lab.client.set(`${between}:first_seen:stuck`, '5.5');
      await lab.client.set(`${between}:first_seen:gone`, '5.5');
      await lab.client.sadd('rq:workers', 'rq:worker:dead');
      const outcomes = await lastValueFrom(
        lab
          .worker(['default'], { 'n.f': () => 1 })
          .work({ burst: true })
          .pipe(toArray()),
      );
      assert.deepEqual(
        outcomes.map(({ id }) => id),
        ['stuck'],
      );
      assert.deepEqual(await lab.client.lrange(between, 0, -1), ['fresh']);
      assert.equal(await lab.client.sismember('rq:workers', 'rq:worker:dead'), 0);
    }),
  );

  it(
    'leaves maintenance to a Python worker that is at it, and calls the callback of what it fails itself',
    inLab(async (lab) => {
      const queue = lab.queue();
      const job = (await queue.enqueue('n.f', { onFailure: 'n.failed' })).unwrap();
      await lab.client.del('rq:queue:default');
      await lab.client.hset(`rq:job:${job.id}`, 'status', 'started');
      await lab.client.zadd('rq:wip:default', 1, job.id);
      await lab.client.set('rq:clean_registries:default', '1');
      const told: string[] = [];
      const callbacks = { 'n.failed': ({ kind }: { readonly kind: string }) => told.push(kind) };
      const burst = () =>
        lastValueFrom(lab.worker(['default'], {}, { callbacks }).work({ burst: true }).pipe(toArray()));
      await burst();
      assert.equal((await job.status()).unwrap(), 'started');
      await lab.client.del('rq:clean_registries:default');
      await burst();
      assert.equal((await job.status()).unwrap(), 'failed');
      assert.deepEqual(told, ['failure']);
    }),
  );
});
