import assert from 'node:assert/strict';
import { TaskBatch } from '../../src/taskBatch.ts';
import { describe } from '../support/it.ts';
import { codeOf, drain, lapse, onBoth, one, takeAll } from './onBoth.ts';

// contract.md, section 4, and section 2 where it speaks of a task.

/** How far the clocks of this process and of the storage may differ on one machine, ms. */
const SKEW = 1_000;

describe('contract: Task', (it) => {
  const both = onBoth(it);

  both('says what it is: payload, headers, queue, when it was put, until when it is held', async (open) => {
    const queue = open<{ n: number }>({ lease: 20_000 });
    const { id } = (await queue.put({ n: 1 }, { headers: { a: 'b' } })).unwrap();
    const task = await one(queue);
    assert.deepEqual(
      [task.id, task.queue, task.payload, task.headers, task.priority, task.deliveries, task.failures, task.failingFor],
      [id, queue.name, { n: 1 }, { a: 'b' }, 0, 1, 0, 0],
    );
    assert.ok(Math.abs(task.enqueuedAt.getTime() - Date.now()) < SKEW);
    assert.ok(Math.abs(task.leasedUntil.getTime() - Date.now() - 20_000) < SKEW);
  });

  both('enqueuedAt stays when the task comes back; deliveries and failures count', async (open) => {
    const queue = open<string>();
    (await queue.put('a')).unwrap();
    const first = await one(queue);
    (await first.fail('boom', { delay: 0 })).unwrap();
    const second = await one(queue);
    assert.deepEqual([second.deliveries, second.failures], [2, 1]);
    assert.deepEqual(second.enqueuedAt, first.enqueuedAt);
    (await second.release()).unwrap();
    const third = await one(queue);
    assert.deepEqual([third.deliveries, third.failures], [3, 1]);
    assert.ok(third.failingFor >= 0 && third.failingFor < SKEW);
  });

  both('ack forgets the task', async (open) => {
    const queue = open<string>();
    (await queue.put('a')).unwrap();
    assert.equal(codeOf(await (await one(queue)).ack()), 'ok');
    const { ready, leased, delayed, dead, acked } = (await queue.stats()).unwrap();
    assert.deepEqual({ ready, leased, delayed, dead, acked }, { ready: 0, leased: 0, delayed: 0, dead: 0, acked: 1 });
  });

  both('fail waits for the backoff; a delay of its own goes before', async (open) => {
    const queue = open<string>({ retry: { backoff: 60_000 } });
    (await queue.putMulti(['a', 'b'])).unwrap();
    const [a, b] = await takeAll(queue);
    (await a?.fail('boom'))?.unwrap();
    (await b?.fail('boom', { delay: 10 }))?.unwrap();
    assert.equal((await queue.stats()).unwrap().delayed, 2);
    assert.equal((await queue.get({ timeout: 5_000 })).unwrap().payload, 'b');
    assert.equal((await queue.stats()).unwrap().delayed, 1);
  });

  both('fail goes to the back, to the front when asked to, there without a backoff', async (open) => {
    const queue = open<string>({ retry: { backoff: 0 } });
    (await queue.putMulti(['a', 'b', 'c'])).unwrap();
    (await (await one(queue)).fail()).unwrap();
    (await (await one(queue)).fail('boom', { at: 'front' })).unwrap();
    assert.deepEqual(await drain(queue), ['b', 'c', 'a']);
  });

  both('what fails to the front is served next; a batch keeps its order there', async (open) => {
    const queue = open<string>({ retry: { backoff: 0 } });
    (await queue.putMulti(['a', 'b', 'c', 'd'])).unwrap();
    const batch = new TaskBatch((await queue.getMulti(3)).unwrap());
    (await batch.fail('boom', { at: 'front' })).unwrap();
    const tasks = await takeAll(queue);
    assert.deepEqual(
      tasks.map(({ payload, failures }) => [payload, failures]),
      [
        ['a', 1],
        ['b', 1],
        ['c', 1],
        ['d', 0],
      ],
    );
  });

  both('release hands back to the front, and is no failure', async (open) => {
    const queue = open<string>();
    (await queue.putMulti(['a', 'b'])).unwrap();
    (await (await one(queue)).release()).unwrap();
    const again = await one(queue);
    assert.deepEqual([again.payload, again.failures, again.deliveries], ['a', 0, 2]);
  });

  both('kill makes it a dead letter', async (open) => {
    const queue = open<string>();
    (await queue.put('a')).unwrap();
    (await (await one(queue)).kill(new Error('of no use'))).unwrap();
    const [letter] = (await queue.dead.list()).unwrap();
    assert.deepEqual([letter?.payload, letter?.reason, letter?.message], ['a', 'killed', 'of no use']);
  });

  for (const first of ['ack', 'fail', 'release', 'kill'] as const)
    both(`settled once by ${first}, nothing settles it again: STALE`, async (open) => {
      const queue = open<string>({ retry: { backoff: 60_000 } });
      (await queue.put('a')).unwrap();
      const task = await one(queue);
      assert.equal(codeOf(await task[first]()), 'ok');
      const before = (await queue.stats()).unwrap();
      for (const again of ['ack', 'fail', 'release', 'kill'] as const)
        assert.equal(codeOf(await task[again]()), 'STALE', again);
      assert.equal(codeOf(await task.extend(1_000)), 'STALE');
      assert.deepEqual((await queue.stats()).unwrap(), before);
    });

  both('settled twice at the same moment, the first one counts', async (open) => {
    const queue = open<string>();
    (await queue.put('a')).unwrap();
    const task = await one(queue);
    const answers = await Promise.all([task.ack(), task.fail(), task.kill()]);
    assert.deepEqual(answers.map(codeOf), ['ok', 'STALE', 'STALE']);
    assert.equal((await queue.stats()).unwrap().dead, 0);
  });

  both('an ack that comes late, but before the next delivery, counts, and spares that delivery', async (open) => {
    const queue = open<string>();
    (await queue.putMulti(['a', 'b'])).unwrap();
    const task = await one(queue);
    await lapse(task);
    assert.equal((await queue.sweep()).unwrap(), 1);
    assert.equal(codeOf(await task.ack()), 'ok');
    assert.deepEqual(await drain(queue), ['b']);
    assert.equal((await queue.stats()).unwrap().acked, 1);
  });

  both('nothing but an ack counts once the lease is over', async (open) => {
    const queue = open<string>();
    for (const late of ['fail', 'release', 'kill'] as const) {
      (await queue.put(late)).unwrap();
      const task = await one(queue);
      await lapse(task);
      (await queue.sweep()).unwrap();
      assert.equal(codeOf(await task[late]()), 'STALE', late);
      (await (await one(queue)).ack()).unwrap();
    }
    const { failed, dead } = (await queue.stats()).unwrap();
    assert.deepEqual({ failed, dead }, { failed: 0, dead: 0 });
  });

  both('after the next delivery the first holder changes nothing, and the second one settles', async (open) => {
    const queue = open<string>();
    (await queue.put('a')).unwrap();
    const first = await one(queue);
    await lapse(first);
    (await queue.sweep()).unwrap();
    const second = await one(open<string>());
    assert.equal(second.deliveries, 2);
    assert.equal(codeOf(await first.ack()), 'STALE');
    assert.equal((await queue.stats()).unwrap().leased, 1);
    assert.equal(codeOf(await second.ack()), 'ok');
  });

  both('a lease that ran out, but was not swept, is still its holder’s', async (open) => {
    const queue = open<string>();
    (await queue.put('a')).unwrap();
    const task = await one(queue);
    await lapse(task);
    assert.equal(codeOf(await task.fail('boom', { delay: 0 })), 'ok');
    assert.equal((await one(queue)).failures, 1);
  });

  both('extend moves the end of the lease, later and earlier', async (open) => {
    const queue = open<string>({ lease: 30_000 });
    (await queue.put('a')).unwrap();
    const task = await one(queue);
    for (const ms of [90_000, 5_000]) {
      assert.equal(codeOf(await task.extend(ms)), 'ok');
      assert.ok(Math.abs(task.leasedUntil.getTime() - Date.now() - ms) < SKEW, `${ms}`);
    }
    assert.throws(() => task.extend(0), { name: 'RangeError' });
  });

  both('leases of tasks a living process holds are renewed by themselves', async (open) => {
    const queue = open<string>({ lease: 150 });
    (await queue.put('a')).unwrap();
    const task = await one(queue);
    const first = task.leasedUntil.getTime();
    await new Promise((resolve) => setTimeout(resolve, 400));
    assert.equal((await queue.sweep()).unwrap(), 0);
    assert.ok(task.leasedUntil.getTime() > first);
    assert.equal(codeOf(await task.ack()), 'ok');
  });

  both('leasedUntil and enqueuedAt are Dates, and results have the code and the ids', async (open) => {
    const queue = open<string>();
    (await queue.put('a')).unwrap();
    const task = await one(queue);
    assert.ok(task.leasedUntil instanceof Date && task.enqueuedAt instanceof Date);
    (await task.ack()).unwrap();
    const late = await task.ack();
    assert.ok(late.err && late.val instanceof Error);
    assert.deepEqual(late.val.ids, [task.id]);
  });
});
