import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastValueFrom, toArray } from 'rxjs';
import { scripts } from '../../src/rq/scripts.ts';
import type { RqHandlers } from '../../src/rq/worker/handlers.ts';
import type { RqOutcome } from '../../src/rq/worker/run.ts';
import { describe } from '../support/it.ts';
import type { Fate } from '../support/relay.ts';
import { inLab, type Lab } from './support/lab.ts';

/** Works until the queue is empty, through a network that does what `fate` says to requests that run `name`. */
const work = async (
  lab: Lab,
  handlers: RqHandlers,
  name: 'finish' | 'fail',
  fate: () => Fate,
): Promise<{ readonly outcomes: RqOutcome[]; readonly cuts: number }> => {
  const { text, sha } = scripts[name];
  await lab.client.script('LOAD', text);
  const relay = await lab.relay();
  let cuts = 0;
  relay.onRequest((bytes) => {
    const now = bytes.includes(sha) ? fate() : 'pass';
    if (now !== 'pass') cuts++;
    return now;
  });
  const worker = lab.worker(['default'], handlers, { connection: relay.url, name: 'w' });
  return { outcomes: await lastValueFrom(worker.work({ burst: true }).pipe(toArray())), cuts };
};

/** Twice nobody hears the answer. */
const unheard = (): (() => Fate) => {
  let left = 2;
  return () => (left-- > 0 ? 'cut-after-forward' : 'pass');
};

describe('rq: replies that are lost', (it) => {
  it(
    'of a success: it counts once, its children run once, and so does the next of a repeated job',
    inLab(async (lab) => {
      const queue = lab.queue();
      let children = 0;
      let ticks = 0;
      const handlers = { 'n.parent': () => 'v', 'n.child': () => ++children, 'n.tick': () => ++ticks };
      const parent = (await queue.enqueue('n.parent')).unwrap();
      const child = (await queue.enqueue('n.child', { dependsOn: parent })).unwrap();
      const ticking = (await queue.enqueue('n.tick', { repeat: { times: 2 } })).unwrap();
      const unkept = (await queue.enqueue('n.parent', { resultTtl: 0 })).unwrap();
      const { outcomes, cuts } = await work(lab, handlers, 'finish', unheard());
      assert.equal(cuts, 2);
      assert.deepEqual(
        outcomes.map(({ status }) => status),
        Array(6).fill('finished'),
      );
      assert.deepEqual([children, ticks], [1, 3]);
      assert.equal((await parent.results()).unwrap().length, 1);
      assert.equal((await child.results()).unwrap().length, 1);
      assert.equal((await ticking.results()).unwrap().length, 3);
      assert.equal((await unkept.status()).err, true);
      assert.equal(await lab.client.hget('rq:worker:w', 'successful_job_count'), '6');
      assert.equal((await queue.started.count()).unwrap(), 0);
    }),
  );

  it(
    'of a success nobody keeps: it is one all the same',
    inLab(async (lab) => {
      (await lab.queue().enqueue('n.f', { resultTtl: 0 })).unwrap();
      const { outcomes, cuts } = await work(lab, { 'n.f': () => 'v' }, 'finish', unheard());
      assert.deepEqual([cuts, outcomes[0]?.status, outcomes[0]?.value], [2, 'finished', 'v']);
    }),
  );

  it(
    'of a failure: it costs one try, and ends once',
    inLab(async (lab) => {
      const queue = lab.queue();
      const job = (await queue.enqueue('n.boom', { retry: { max: 1 } })).unwrap();
      const { outcomes, cuts } = await work(
        lab,
        { 'n.boom': () => Promise.reject(new Error('boom')) },
        'fail',
        unheard(),
      );
      assert.equal(cuts, 2);
      assert.deepEqual(
        outcomes.map(({ status }) => status),
        ['queued', 'failed'],
      );
      assert.equal((await job.results()).unwrap().length, 1);
      assert.equal(await lab.client.hget('rq:worker:w', 'failed_job_count'), '2');
      assert.equal((await queue.failed.count()).unwrap(), 1);
    }),
  );

  for (const retry of [0, 1])
    it(
      `are no success when the job was declared abandoned before it could be told, ${retry} tries left`,
      inLab(async (lab) => {
        const queue = lab.queue();
        const job = (
          await queue.enqueue('n.f', retry > 0 ? { retry: { max: retry, intervals: 60 } } : undefined)
        ).unwrap();
        let away = true;
        const worked = work(lab, { 'n.f': () => 'first' }, 'finish', () => (away ? 'cut-before-forward' : 'pass'));
        await lab.until(async () => (await queue.started.count()).unwrap() === 1);
        await sleep(50);
        for (const member of await lab.client.zrange('rq:wip:default', '0', '-1'))
          await lab.client.zadd('rq:wip:default', 1, member);
        await lastValueFrom(lab.worker(['default']).work({ burst: true }).pipe(toArray()));
        away = false;
        const { outcomes } = await worked;
        assert.deepEqual(
          outcomes.map(({ status }) => status),
          ['lost'],
        );
        assert.equal((await job.status()).unwrap(), retry > 0 ? 'scheduled' : 'failed');
      }),
    );
});
