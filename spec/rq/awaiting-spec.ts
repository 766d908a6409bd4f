import assert from 'node:assert/strict';
import { deflateSync } from 'node:zlib';
import { describe } from '../support/it.ts';
import { inLab } from './support/lab.ts';

const three = ['type', '1', 'return_value', 'Mw=='] as const;

describe('rq/awaiting', (it) => {
  it(
    'is told at once, of many jobs on one connection',
    inLab(async (lab) => {
      const queue = lab.queue('default', { serializer: 'json' });
      const jobs = (await queue.enqueueMany(Array.from({ length: 50 }, () => ({ func: 'm.f' })))).unwrap();
      const waits = jobs.map((job) => job.result({ timeout: 20_000 }));
      await lab.until(async () => /name=millrace:wait/.test((await lab.client.client('LIST')) as string));
      const begun = performance.now();
      for (const job of jobs) await lab.client.xadd(`rq:results:${job.id}`, '*', ...three);
      for (const wait of waits) assert.equal((await wait).unwrap(), 3);
      assert.ok(performance.now() - begun < 3_000, 'nobody waited for the next look');
      const connections = ((await lab.client.client('LIST')) as string).match(/name=millrace:wait/g)?.length ?? 0;
      assert.ok(connections <= 1);
    }),
  );

  it(
    'gives up after its timeout, and when its signal says so',
    inLab(async (lab) => {
      const job = (await lab.queue().enqueue('m.f')).unwrap();
      const [now, late] = [await job.result({ timeout: 0 }), await job.result({ timeout: 30 })];
      assert.ok(now.err && now.val.code === 'TIMEOUT' && late.err && late.val.code === 'TIMEOUT');
      const controller = new AbortController();
      const aborted = job.result({ signal: controller.signal });
      setTimeout(() => controller.abort('enough'), 20);
      const answer = await aborted;
      assert.ok(answer.err && answer.val.code === 'ABORTED' && answer.val.cause === 'enough');
      assert.throws(() => job.result({ timeout: -1 }), /result: timeout is -1/);
      assert.throws(() => job.result({ signal: 1 as never }), /result: signal is 1/);
    }),
  );

  it(
    'does not take the end of an earlier try for the end, nor a try that is to be repeated',
    inLab(async (lab) => {
      const queue = lab.queue('default', { serializer: 'json' });
      const job = (await queue.enqueue('m.f')).unwrap();
      const key = `rq:results:${job.id}`;
      await lab.client.xadd(key, '*', 'type', '2', 'exc_string', deflateSync('old').toString('base64'));
      const early = await job.result({ timeout: 0 });
      assert.ok(early.err && early.val.code === 'TIMEOUT');
      const wait = job.result({ timeout: 20_000 });
      await lab.client.xadd(key, '*', 'type', '4', 'return_value', 'bnVsbA==');
      await lab.client.xadd(key, '*', ...three);
      assert.equal((await wait).unwrap(), 3);
    }),
  );

  it(
    'reads results where RQ before 1.12 kept them',
    inLab(async (lab) => {
      const queue = lab.queue('default', { serializer: 'json' });
      const jobs = (await queue.enqueueMany([1, 2, 3].map(() => ({ func: 'm.f' })))).unwrap();
      const [done, none, failed] = jobs.map(({ id }) => `rq:job:${id}`) as [string, string, string];
      await lab.client.hset(done, 'status', 'finished', 'result', '[1]');
      await lab.client.hset(none, 'status', 'finished');
      await lab.client.hset(failed, { status: 'failed', exc_info: deflateSync('ValueError: old') });
      assert.deepEqual((await jobs[0]?.result())?.unwrap(), [1]);
      assert.equal((await jobs[1]?.result())?.unwrap(), null);
      const result = await jobs[2]?.result();
      assert.ok(result?.err && result.val.code === 'FAILED' && result.val.traceback === 'ValueError: old');
    }),
  );

  it(
    'answers when the job is gone or its queue is closed',
    inLab(async (lab) => {
      const queue = lab.queue();
      const [gone, kept] = (await queue.enqueueMany([{ func: 'm.f' }, { func: 'm.f' }])).unwrap();
      (await gone?.delete())?.unwrap();
      const missing = await gone?.result();
      assert.ok(missing?.err && missing.val.code === 'MISSING');
      const wait = kept?.result();
      setTimeout(() => queue.close(), 20);
      const closed = await wait;
      assert.ok(closed?.err && closed.val.code === 'CLOSED');
    }),
  );
});
