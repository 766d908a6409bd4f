import assert from 'node:assert/strict';
import { inflateSync } from 'node:zlib';
import { packed, tracebackOf } from '../../../src/rq/worker/station.ts';
import { describe } from '../../support/it.ts';
import { inLab } from '../support/lab.ts';

const flat = (reply: string[]): Map<string, string> => {
  const fields = new Map<string, string>();
  for (let i = 0; i < reply.length; i += 2) fields.set(String(reply[i]), String(reply[i + 1]));
  return fields;
};

// RQ 2 cannot be installed everywhere: its keys, as measured on 2.10.
describe('rq/worker/station', (it) => {
  it('leaves texts as RQ does', () => {
    assert.equal(inflateSync(Buffer.from(packed('boom ö'), 'base64')).toString(), 'boom ö');
    assert.match(tracebackOf(new RangeError('no')), /^RangeError: no\n +at /);
    assert.equal(tracebackOf('just text'), 'just text');
  });

  it(
    'writes executions as RQ 2 does, and takes them away again',
    inLab(async (lab) => {
      const { client } = lab;
      const queue = lab.queue();
      const job = (await queue.enqueue('node.wait', { timeout: 10 })).unwrap();
      let go: () => void = () => {};
      const gate = new Promise<string>((resolve) => {
        go = () => resolve('v');
      });
      const worker = lab.worker(['default'], { 'node.wait': () => gate }, { format: 'execution', name: 'w' });
      worker.work().subscribe();
      const eid = await lab.until(async () => (await client.zrange('rq:wip:default', '0', '-1'))[0]?.split(':')[1]);
      assert.match(eid, /^[0-9a-f]{32}$/);
      const now = Date.now() / 1_000;
      const score = Number(await client.zscore('rq:wip:default', `${job.id}:${eid}`));
      assert.ok(Math.abs(score - now - 70) < 5, 'min(timeout, 30) + 60 from now');
      const execution = await client.hgetall(`rq:execution:${job.id}:${eid}`);
      assert.deepEqual([execution.id, execution.job_id, execution.worker_name], [eid, job.id, 'w']);
      assert.deepEqual(await client.smembers('rq:worker:w:executions'), [`${job.id}:${eid}`]);
      assert.match(String(execution.created_at), /^\d{10}\.\d{6}$/);
      assert.match(String(execution.last_heartbeat), /^\d{10}\.\d{6}$/);
      assert.ok((await client.ttl(`rq:execution:${job.id}:${eid}`)) > 60);
      assert.ok(Number(await client.zscore(`rq:executions:${job.id}`, eid)) > now + 120);
      assert.ok((await client.ttl(`rq:executions:${job.id}`)) > 120);
      go();
      assert.equal((await job.result()).unwrap(), 'v');
      const [[, entry]] = (await client.xrevrange(`rq:results:${job.id}`, '+', '-')) as [[string, string[]]];
      const fields = flat(entry);
      assert.deepEqual([fields.get('type'), fields.get('worker_name'), fields.get('execution_id')], ['1', 'w', eid]);
      assert.match(String(fields.get('execution_started_at')), /^\d{10}\.\d{6}$/);
      assert.deepEqual(await client.keys('rq:*execution*'), []);
      assert.deepEqual(await client.zrange('rq:wip:default', '0', '-1'), []);
      const hash = await client.hgetall('rq:worker:w');
      assert.deepEqual([hash.successful_job_count, hash.state, hash.current_job], ['1', 'idle', undefined]);
      assert.ok(Number(hash.total_working_time) > 0);
    }),
  );

  it(
    'is idle when all of several jobs have ended, together or not',
    inLab(async (lab) => {
      const queue = lab.queue();
      await queue.enqueueMany(['n.f', 'n.f', 'n.boom', 'n.late'].map((func) => ({ func })));
      let go: () => void = () => {};
      const gate = new Promise<void>((resolve) => {
        go = resolve;
      });
      const handlers = { 'n.f': () => 1, 'n.boom': () => Promise.reject(new Error('no')), 'n.late': () => gate };
      const worker = lab.worker(['default'], handlers, { name: 'w' });
      let ended = 0;
      worker.work({ concurrency: 4 }).subscribe(() => ended++);
      await lab.until(() => ended === 3);
      assert.equal(await lab.client.hget('rq:worker:w', 'state'), 'busy');
      go();
      await lab.until(() => ended === 4);
      assert.equal(await lab.client.hget('rq:worker:w', 'state'), 'idle');
      await queue.enqueueMany(['n.f', 'n.f', 'n.boom'].map((func) => ({ func })));
      await lab.until(() => ended === 7);
      assert.equal(await lab.client.hget('rq:worker:w', 'state'), 'idle');
    }),
  );

  it(
    'fails a value without a form, keeps nothing of result_ttl 0 and all of -1',
    inLab(async (lab) => {
      const queue = lab.queue();
      const bad = (await queue.enqueue('node.bad')).unwrap();
      const forever = (await queue.enqueue('node.ok', { resultTtl: -1 })).unwrap();
      const none = (await queue.enqueue('node.ok', { resultTtl: 0 })).unwrap();
      const worker = lab.worker(['default'], { 'node.bad': () => () => 1, 'node.ok': () => 'ok' });
      await new Promise<void>((complete) => worker.work({ burst: true }).subscribe({ complete }));
      const result = await bad.result();
      assert.ok(result.err);
      assert.match(result.val.message, /the result cannot be written as pickle/);
      assert.equal((await forever.result()).unwrap(), 'ok');
      assert.equal(await lab.client.zscore('rq:finished:default', forever.id), 'inf');
      assert.equal(await lab.client.ttl(`rq:results:${forever.id}`), -1);
      assert.equal(await lab.client.exists(`rq:job:${none.id}`, `rq:results:${none.id}`), 0);
      assert.ok((await lab.client.ttl(`rq:results:${bad.id}`)) > 31_000_000, 'RQ leaves these for ever');
    }),
  );
});
