import assert from 'node:assert/strict';
import { lastValueFrom, take, toArray } from 'rxjs';
import type { RqRun } from '../../../src/rq/worker/run.ts';
import { describe } from '../../support/it.ts';
import { inLab } from '../support/lab.ts';

const names = (prefix: string, n: number) => Array.from({ length: n }, (_, i) => `${prefix}${i}`);

describe('rq/worker/feed', (it) => {
  it(
    'starts at most `concurrency` jobs, the next one when a place is free',
    inLab(async (lab) => {
      const queue = lab.queue();
      await queue.enqueueMany(names('j', 5).map((jobId) => ({ func: 'm.f', jobId })));
      const runs: RqRun[] = [];
      const worker = lab.worker(['default']);
      const completed = new Promise<void>((complete) => {
        worker.jobs({ concurrency: 2, burst: true }).subscribe({ next: (run) => runs.push(run), complete });
      });
      for (let settled = 0; settled < 5; settled++) {
        await lab.until(() => runs.length === Math.min(settled + 2, 5));
        assert.equal((await queue.started.count()).unwrap(), Math.min(2, 5 - settled));
        (await runs[settled]?.finish())?.unwrap();
      }
      await completed;
      assert.deepEqual(
        runs.map(({ id }) => id),
        names('j', 5),
      );
    }),
  );

  it(
    'prefers the first queue, or takes turns',
    inLab(async (lab) => {
      for (const [strategy, expected] of [
        ['order', ['a0', 'a1', 'b0', 'b1']],
        ['round-robin', ['a0', 'b0', 'a1', 'b1']],
      ] as const) {
        await lab.queue('b').enqueueMany(names('b', 2).map((jobId) => ({ func: 'm.f', jobId })));
        await lab.queue('a').enqueueMany(names('a', 2).map((jobId) => ({ func: 'm.f', jobId })));
        const worker = lab.worker(['a', 'b'], { 'm.f': () => 1 });
        const outcomes = await lastValueFrom(worker.work({ burst: true, strategy }).pipe(toArray()));
        assert.deepEqual(
          outcomes.map(({ id }) => id),
          expected,
        );
      }
    }),
  );

  it(
    'hands back in order what it fetched and nobody saw',
    inLab(async (lab) => {
      const queue = lab.queue();
      await queue.enqueueMany(names('j', 5).map((jobId) => ({ func: 'm.f', jobId })));
      const worker = lab.worker(['default']);
      const [run] = await lastValueFrom(worker.jobs({ concurrency: 4 }).pipe(take(1), toArray()));
      await lab.until(async () => (await queue.count()).unwrap() === 4);
      assert.deepEqual((await queue.jobIds()).unwrap(), ['j1', 'j2', 'j3', 'j4']);
      (await run?.finish())?.unwrap();
      await lab.until(async () => (await lab.client.scard('rq:workers')) === 0);
    }),
  );

  it(
    'drops ids whose job is gone or was canceled',
    inLab(async (lab) => {
      const queue = lab.queue();
      await lab.client.rpush('rq:queue:default', ...names('gone', 2_500));
      (await queue.enqueue('m.f', { jobId: 'canceled' })).unwrap();
      await lab.client.hset('rq:job:canceled', 'status', 'canceled');
      (await queue.enqueue('m.f', { jobId: 'there' })).unwrap();
      const outcomes = await lastValueFrom(
        lab
          .worker(['default'], { 'm.f': () => 1 })
          .work({ burst: true })
          .pipe(toArray()),
      );
      assert.deepEqual(
        outcomes.map(({ id }) => id),
        ['there'],
      );
    }),
  );

  it(
    'goes on when its connections are cut, idle or not',
    inLab(async (lab) => {
      const queue = lab.queue();
      const worker = lab.worker(['default'], { 'm.f': () => 1 });
      worker.work().subscribe();
      for (let i = 0; i < 3; i++) {
        const job = (await queue.enqueue('m.f')).unwrap();
        assert.equal((await job.result({ timeout: 15_000 })).unwrap(), 1);
        await lab.client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
      }
    }),
  );
});
