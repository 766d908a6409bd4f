import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { QueueEvent } from '../../src/events.ts';
import { describe } from '../support/it.ts';
import { until } from '../support/until.ts';
import { codeOf, drain, lapse, onBoth, one, takeAll } from './onBoth.ts';

// contract.md, section 3, keeping order in the house.

describe('contract: keeping order in the house', (it) => {
  const both = onBoth(it);

  both('stats say how many tasks are where, and count what happened', async (open) => {
    const queue = open<string>({ retry: { limit: 1, backoff: 60_000 } });
    assert.deepEqual((await queue.stats()).unwrap(), {
      ...{ ready: 0, leased: 0, delayed: 0, dead: 0, paused: false },
      ...{ put: 0, acked: 0, failed: 0, returned: 0, died: 0 },
    });
    (await queue.putMulti(['ack', 'fail', 'kill', 'release', 'leased', 'ready'])).unwrap();
    (await queue.put('delayed', { delay: 60_000 })).unwrap();
    const [ack, fail, kill, release] = (await queue.getMulti(5)).unwrap();
    (await ack?.ack())?.unwrap();
    (await fail?.fail())?.unwrap();
    (await kill?.kill())?.unwrap();
    (await release?.release())?.unwrap();
    assert.deepEqual((await queue.stats()).unwrap(), {
      ...{ ready: 2, leased: 1, delayed: 2, dead: 1, paused: false },
      ...{ put: 7, acked: 1, failed: 1, returned: 1, died: 1 },
    });
  });

  both('sweep returns what expired and nothing else, oldest first, and answers how many', async (open) => {
    const queue = open<string>();
    (await queue.putMulti(['a', 'b', 'c', 'd'])).unwrap();
    const [a, , c] = (await queue.getMulti(3)).unwrap();
    assert.equal((await queue.sweep()).unwrap(), 0);
    if (a !== undefined && c !== undefined) await lapse(a, c);
    assert.equal((await queue.sweep()).unwrap(), 2);
    assert.equal((await queue.sweep()).unwrap(), 0);
    assert.deepEqual(await drain(queue), ['a', 'c', 'd']);
    assert.equal((await queue.stats()).unwrap().returned, 2);
  });

  both('a queue that consumes sweeps by itself, and tells of it', async (open) => {
    const [dead, living] = [open<string>(), open<string>({ sweepEvery: 20 })];
    const events: QueueEvent[] = [];
    living.events.subscribe((event) => events.push(event));
    (await dead.put('a')).unwrap();
    const lost = await one(dead);
    const waiting = living.get({ timeout: 10_000 });
    await lapse(lost);
    assert.equal((await waiting).unwrap().deliveries, 2);
    await until(() => events.length > 0);
    assert.deepEqual(events, [{ type: 'swept', count: 1 }]);
  });

  both('requeue hands back what is leased, in order to the front, or to the back', async (open) => {
    const queue = open<string>();
    (await queue.putMulti(['a', 'b', 'c', 'd'])).unwrap();
    (await queue.getMulti(2)).unwrap();
    assert.equal((await queue.requeue()).unwrap(), 2);
    const tasks = (await queue.getMulti(2)).unwrap();
    assert.deepEqual(
      tasks.map(({ payload, deliveries, failures }) => [payload, deliveries, failures]),
      [
        ['a', 2, 0],
        ['b', 2, 0],
      ],
    );
    assert.equal((await queue.requeue({ at: 'back' })).unwrap(), 2);
    assert.deepEqual(await drain(queue), ['c', 'd', 'a', 'b']);
  });

  both('requeue leaves deliveries younger than olderThan alone, renewed or not', async (open) => {
    const queue = open<string>({ lease: 30_000 });
    (await queue.putMulti(['old', 'renewed', 'young'])).unwrap();
    const [, renewed] = (await queue.getMulti(2)).unwrap();
    await sleep(60);
    (await renewed?.extend(90_000))?.unwrap();
    const young = await one(queue);
    assert.equal((await queue.requeue({ olderThan: 50 })).unwrap(), 2);
    assert.deepEqual(await drain(queue), ['old', 'renewed']);
    assert.equal(codeOf(await young.ack()), 'ok');
  });

  both('an ack of what was requeued counts until the next delivery', async (open) => {
    const queue = open<string>();
    (await queue.put('a')).unwrap();
    const task = await one(queue);
    (await queue.requeue()).unwrap();
    assert.equal(codeOf(await task.ack()), 'ok');
    assert.equal(codeOf(await queue.getNowait()), 'EMPTY');
  });

  both('remove forgets a task wherever it is', async (open) => {
    const queue = open<string>();
    const put = async (payload: string, delay = 0): Promise<void> =>
      void (await queue.put(payload, { id: payload, delay })).unwrap();
    await put('leased');
    const leased = await one(queue);
    await put('dead');
    (await (await one(queue)).kill()).unwrap();
    await put('delayed', 60_000);
    await put('ready');
    await put('stays');
    for (const id of ['ready', 'delayed', 'leased', 'dead']) {
      assert.equal((await queue.remove(id)).unwrap(), true, id);
      assert.equal((await queue.remove(id)).unwrap(), false, id);
    }
    const { ready, leased: held, delayed, dead } = (await queue.stats()).unwrap();
    assert.deepEqual({ ready, held, delayed, dead }, { ready: 1, held: 0, delayed: 0, dead: 0 });
    assert.equal(codeOf(await leased.ack()), 'STALE');
    assert.deepEqual(await drain(queue), ['stays']);
    await put('ready');
    assert.deepEqual(await drain(queue), ['ready'], 'its id may come again');
  });

  both('a removed task takes its place in the line with it, also when its id comes again', async (open) => {
    const queue = open<string>();
    (await queue.putMulti(['x', 'y', 'z'], { id: (payload) => payload })).unwrap();
    (await queue.remove('x')).unwrap();
    (await queue.put('x', { id: 'x' })).unwrap();
    assert.equal((await queue.stats()).unwrap().ready, 3);
    assert.deepEqual(
      (await takeAll(queue)).map(({ id }) => id),
      ['y', 'z', 'x'],
    );
  });

  both('pause stops deliveries to every consumer; resume lets them go on', async (open) => {
    const [queue, other] = [open<string>(), open<string>()];
    const seen: string[] = [];
    const subscription = other.tasks().subscribe((task) => seen.push(task.payload));
    await sleep(20);
    (await queue.pause()).unwrap();
    assert.equal((await other.isPaused()).unwrap(), true);
    (await queue.putMulti(['a', 'b'])).unwrap();
    (await queue.put('later', { delay: 10 })).unwrap();
    assert.equal(codeOf(await queue.get({ timeout: 50 })), 'EMPTY');
    assert.deepEqual(seen, []);
    (await queue.resume()).unwrap();
    assert.equal((await queue.isPaused()).unwrap(), false);
    await until(() => seen.length === 3);
    subscription.unsubscribe();
    assert.deepEqual(seen, ['a', 'b', 'later']);
  });

  both('while it is paused, what is delivered already can be settled', async (open) => {
    const queue = open<string>();
    (await queue.putMulti(['a', 'b'])).unwrap();
    const [a, b] = await takeAll(queue);
    (await queue.pause()).unwrap();
    assert.equal(codeOf((await a?.ack()) as never), 'ok');
    (await b?.release())?.unwrap();
    assert.equal((await queue.stats()).unwrap().ready, 1);
    assert.equal(codeOf(await queue.getNowait()), 'EMPTY');
  });

  both('purge forgets what waits, and leaves what is leased or dead', async (open) => {
    const queue = open<string>();
    (await queue.putMulti(['leased', 'dead'])).unwrap();
    const [leased, dead] = await takeAll(queue);
    (await dead?.kill())?.unwrap();
    (await queue.putMulti(Array.from({ length: 1_200 }, (_, i) => `${i}`))).unwrap();
    (await queue.put('delayed', { delay: 60_000 })).unwrap();
    assert.equal((await queue.purge()).unwrap(), 1_201);
    const stats = (await queue.stats()).unwrap();
    assert.deepEqual([stats.ready, stats.delayed, stats.leased, stats.dead], [0, 0, 1, 1]);
    assert.equal(codeOf((await leased?.ack()) as never), 'ok');
    assert.equal((await queue.purge()).unwrap(), 0);
  });

  both('events tell of settlements that came too late', async (open) => {
    const queue = open<string>();
    const events: QueueEvent[] = [];
    queue.events.subscribe((event) => events.push(event));
    (await queue.put('a', { id: 'a' })).unwrap();
    const task = await one(queue);
    (await queue.remove('a')).unwrap();
    await task.fail();
    assert.deepEqual(events, [{ type: 'stale', id: 'a', kind: 'fail' }]);
  });
});
