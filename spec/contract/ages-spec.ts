import assert from 'node:assert/strict';
import { firstValueFrom } from 'rxjs';
import type { QueueEvent } from '../../src/events.ts';
import { describe } from '../support/it.ts';
import { until } from '../support/until.ts';
import { codeOf, drain, onBoth, one } from './onBoth.ts';

const pass = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('contract: maxAge', (it) => {
  const both = onBoth(it);

  both('what is older is a dead letter instead of a delivery, and events say so', async (open) => {
    const queue = open<string>({ maxAge: 20 });
    const events: QueueEvent[] = [];
    queue.events.subscribe((event) => events.push(event));
    (await queue.putMulti(['a', 'b'], { id: (payload) => payload })).unwrap();
    await pass(25);
    (await queue.put('c')).unwrap();
    assert.equal((await one(queue)).payload, 'c');
    const dead = (await queue.dead.list()).unwrap();
    assert.deepEqual(
      dead.map(({ id, payload, reason, message, deliveries }) => [id, payload, reason, message, deliveries]),
      [
        ['a', 'a', 'too-old', 'older than 20 ms', 0],
        ['b', 'b', 'too-old', 'older than 20 ms', 0],
      ],
    );
    assert.deepEqual(events, [
      { type: 'dead', id: 'a', reason: 'too-old', message: 'older than 20 ms' },
      { type: 'dead', id: 'b', reason: 'too-old', message: 'older than 20 ms' },
    ]);
    const { dead: size, died, leased, ready } = (await queue.stats()).unwrap();
    assert.deepEqual([size, died, leased, ready], [2, 2, 1, 0]);
  });

  both('a thousand of them cost one that asks for a task no more than a few calls', async (open) => {
    const queue = open<number>({ maxAge: 50 });
    (await queue.putMulti(Array.from({ length: 1_500 }, (_, i) => i))).unwrap();
    await pass(60);
    assert.equal(codeOf(await queue.getNowait()), 'EMPTY');
    assert.equal((await queue.dead.size()).unwrap(), 1_500);
  });

  both('what came back is as old as it is', async (open) => {
    const queue = open<string>({ maxAge: 20 });
    (await queue.put('a')).unwrap();
    const task = await one(queue);
    await pass(25);
    (await task.fail('boom', { at: 'front' })).unwrap();
    assert.deepEqual(await drain(queue), []);
    const [dead] = (await queue.dead.list()).unwrap();
    assert.deepEqual([dead?.reason, dead?.failures, dead?.deliveries], ['too-old', 1, 1]);
  });

  both('its delay counts: one that is longer than that is never delivered', async (open) => {
    const queue = open<string>({ maxAge: 10 });
    (await queue.put('a', { delay: 30 })).unwrap();
    assert.equal(codeOf(await queue.get({ timeout: 500 })), 'EMPTY');
    const [dead] = (await queue.dead.list()).unwrap();
    assert.deepEqual([dead?.payload, dead?.reason], ['a', 'too-old']);
  });

  both('without it, or while it is young, a task is delivered however long it waited', async (open) => {
    (await open<string>().put('a')).unwrap();
    await pass(10);
    assert.deepEqual(await drain(open<string>({ maxAge: 60_000 })), ['a']);
  });

  both('a replayed one begins anew', async (open) => {
    const queue = open<string>({ maxAge: 40 });
    (await queue.put('a', { headers: { by: 'me' } })).unwrap();
    await pass(45);
    assert.deepEqual(await drain(queue), []);
    assert.equal((await queue.dead.replay('all')).unwrap(), 1);
    const task = await one(queue);
    assert.deepEqual([task.payload, task.headers, task.failures], ['a', { by: 'me' }, 0]);
  });

  both('a stream, and whoever waits for several, pass over them to the first that is young', async (open) => {
    const queue = open<string>({ maxAge: 200 });
    (await queue.putMulti(['a', 'b', 'c', 'd'])).unwrap();
    await pass(220);
    const waiting = queue.getMulti(2, { timeout: 5_000 });
    const streaming = firstValueFrom(open<string>({ maxAge: 200 }).tasks({ prefetch: 3 }));
    await until(async () => (await queue.dead.size()).unwrap() === 4);
    (await queue.putMulti(['e', 'f', 'g', 'h'])).unwrap();
    const [first] = (await waiting).unwrap();
    const seen = [first?.payload, (await streaming).payload];
    assert.ok(
      seen.every((payload) => 'efgh'.includes(payload as string)),
      `got ${seen}`,
    );
    assert.equal((await queue.dead.size()).unwrap(), 4);
  });
});
