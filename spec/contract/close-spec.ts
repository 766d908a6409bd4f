import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastValueFrom, toArray } from 'rxjs';
import type { Queue } from '../../src/queue.ts';
import type { Result } from '../../src/result.ts';
import { describe } from '../support/it.ts';
import { until } from '../support/until.ts';
import { codeOf, drain, onBoth, one } from './onBoth.ts';

// contract.md, section 3: close; section 2: what a closed queue answers.

type Call = (queue: Queue<string>) => Promise<Result<unknown, { code: string }>>;

const CALLS: Readonly<Record<string, Call>> = {
  put: (queue) => queue.put('x'),
  putNowait: (queue) => queue.putNowait('x'),
  putMulti: (queue) => queue.putMulti(['x']),
  putMultiNowait: (queue) => queue.putMultiNowait(['x']),
  get: (queue) => queue.get(),
  getNowait: (queue) => queue.getNowait(),
  getMulti: (queue) => queue.getMulti(1),
  stats: (queue) => queue.stats(),
  sweep: (queue) => queue.sweep(),
  requeue: (queue) => queue.requeue(),
  remove: (queue) => queue.remove('x'),
  pause: (queue) => queue.pause(),
  resume: (queue) => queue.resume(),
  isPaused: (queue) => queue.isPaused(),
  purge: (queue) => queue.purge(),
  'dead.size': (queue) => queue.dead.size(),
  'dead.list': (queue) => queue.dead.list(),
  'dead.replay': (queue) => queue.dead.replay('all'),
  'dead.purge': (queue) => queue.dead.purge(),
};

describe('contract: close', (it) => {
  const both = onBoth(it);

  both('afterwards every call answers CLOSED', async (open) => {
    const queue = open<string>();
    (await queue.put('a')).unwrap();
    assert.equal(codeOf(await queue.close()), 'ok');
    for (const [name, call] of Object.entries(CALLS)) assert.equal(codeOf(await call(queue)), 'CLOSED', name);
    await assert.rejects(lastValueFrom(queue.tasks()), { code: 'CLOSED' });
    assert.equal(codeOf(await queue.close()), 'ok', 'closing twice is closing once');
  });

  both('a queue that was never used closes', async (open) => assert.equal(codeOf(await open().close()), 'ok'));

  both('what waits is answered CLOSED, streams complete, events complete', async (open) => {
    const queue = open<string>();
    const waiting = [queue.get(), queue.getMulti(2)];
    const stream = lastValueFrom(queue.tasks().pipe(toArray()));
    const events = lastValueFrom(queue.events.pipe(toArray()));
    await sleep(20);
    (await queue.close()).unwrap();
    assert.deepEqual((await Promise.all(waiting)).map(codeOf), ['CLOSED', 'CLOSED']);
    assert.deepEqual(await stream, []);
    assert.deepEqual(await events, []);
  });

  both('running work may settle; it is waited for', async (open) => {
    const [queue, other] = [open<string>(), open<string>()];
    (await queue.put('a')).unwrap();
    let done = false;
    const settled = lastValueFrom(
      queue
        .process(async () => {
          await sleep(60);
          done = true;
        })
        .pipe(toArray()),
    );
    await until(async () => (await other.stats()).unwrap().leased === 1);
    (await queue.close()).unwrap();
    assert.equal(done, true);
    assert.equal((await settled)[0]?.ok, true);
    assert.equal((await other.stats()).unwrap().acked, 1);
  });

  both('what does not settle in time is handed back', async (open) => {
    const [queue, other] = [open<string>(), open<string>()];
    (await queue.put('a')).unwrap();
    const task = await one(queue);
    (await queue.close({ timeout: 20 })).unwrap();
    assert.equal(codeOf(await task.ack()), 'CLOSED');
    const again = await one(other);
    assert.deepEqual([again.payload, again.failures], ['a', 0]);
  });

  both('what was put in the same turn is not lost', async (open) => {
    const [queue, other] = [open<number>(), open<number>()];
    const puts = [queue.put(1), queue.put(2)];
    (await queue.close()).unwrap();
    assert.deepEqual((await Promise.all(puts)).map(codeOf), ['ok', 'ok']);
    assert.deepEqual(await drain(other), [1, 2]);
  });

  both('await using closes it', async (open) => {
    const queue = open<string>();
    await queue[Symbol.asyncDispose]();
    assert.equal(codeOf(await queue.stats()), 'CLOSED');
  });

  both('others of the same name go on', async (open) => {
    const [queue, other] = [open<string>(), open<string>()];
    const waiting = other.get({ timeout: 10_000 });
    await sleep(20);
    (await queue.close()).unwrap();
    (await open<string>().put('a')).unwrap();
    assert.equal((await waiting).unwrap().payload, 'a');
  });
});
