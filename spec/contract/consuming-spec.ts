import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe } from '../support/it.ts';
import { codeOf, onBoth } from './onBoth.ts';

// contract.md, section 3, consuming: one by one and in arrays.

describe('contract: consuming', (it) => {
  const both = onBoth(it);

  both('get takes the next task', async (open) => {
    const queue = open<string>();
    (await queue.putMulti(['a', 'b'])).unwrap();
    assert.equal((await queue.get()).unwrap().payload, 'a');
    assert.equal((await queue.get()).unwrap().payload, 'b');
  });

  both('get waits for a task, whoever puts it', async (open) => {
    const [consumer, producer] = [open<string>(), open<string>()];
    const waiting = consumer.get();
    await sleep(20);
    (await producer.put('a')).unwrap();
    assert.equal((await waiting).unwrap().payload, 'a');
  });

  both('get answers EMPTY after its timeout, not before', async (open) => {
    const queue = open();
    const before = performance.now();
    assert.equal(codeOf(await queue.get({ timeout: 50 })), 'EMPTY');
    assert.ok(performance.now() - before >= 45);
  });

  both('get answers ABORTED when its signal fires, and takes nothing with it', async (open) => {
    const queue = open<string>();
    const gone = new AbortController();
    const waiting = queue.get({ signal: gone.signal });
    await sleep(20);
    gone.abort();
    assert.equal(codeOf(await waiting), 'ABORTED');
    assert.equal(codeOf(await queue.get({ signal: gone.signal })), 'ABORTED');
    (await queue.put('a')).unwrap();
    assert.equal((await queue.get({ timeout: 5_000 })).unwrap().deliveries, 1);
  });

  both('getNowait answers EMPTY at once', async (open) => {
    const queue = open<string>();
    assert.equal(codeOf(await queue.getNowait()), 'EMPTY');
    (await queue.put('a')).unwrap();
    assert.equal((await queue.getNowait()).unwrap().payload, 'a');
    assert.equal(codeOf(await queue.getNowait()), 'EMPTY');
  });

  both('getMulti takes as many as there are, up to n, in order', async (open) => {
    const queue = open<number>();
    const numbers = Array.from({ length: 700 }, (_, i) => i);
    (await queue.putMulti(numbers)).unwrap();
    const first = (await queue.getMulti(600)).unwrap();
    const rest = (await queue.getMulti(600)).unwrap();
    assert.equal(first.length, 600);
    assert.deepEqual(
      [...first, ...rest].map(({ payload }) => payload),
      numbers,
    );
  });

  both('getMulti answers as soon as there is one', async (open) => {
    const queue = open<number>();
    const waiting = queue.getMulti(10);
    await sleep(20);
    (await queue.put(1)).unwrap();
    assert.deepEqual(
      (await waiting).unwrap().map(({ payload }) => payload),
      [1],
    );
  });

  both('getMulti answers an empty array after its timeout', async (open) => {
    const queue = open();
    assert.deepEqual((await queue.getMulti(10, { timeout: 20 })).unwrap(), []);
    assert.deepEqual((await queue.getMulti(10, { timeout: 0 })).unwrap(), []);
  });

  both('a task is given to one of those who wait, never to two', async (open) => {
    const queues = [open<number>(), open<number>(), open<number>()];
    const waiting = queues.map((queue) => queue.get({ timeout: 300 }));
    await sleep(20);
    (await queues[0]?.putMulti([1, 2]))?.unwrap();
    const answers = await Promise.all(waiting);
    assert.deepEqual(answers.map((answer) => (answer.ok ? answer.val.payload : answer.val.code)).sort(), [
      1,
      2,
      'EMPTY',
    ]);
  });

  both('for await gives one task after the other, and holds no more than the one', async (open) => {
    const queue = open<number>();
    (await queue.putMulti([1, 2, 3])).unwrap();
    const seen: number[] = [];
    for await (const task of queue) {
      seen.push(task.payload);
      assert.equal((await queue.stats()).unwrap().leased, 1);
      (await task.ack()).unwrap();
      if (seen.length === 3) break;
    }
    assert.deepEqual(seen, [1, 2, 3]);
    assert.equal((await queue.stats()).unwrap().acked, 3);
  });

  both('a loop can be left while it waits, and takes nothing with it', async (open) => {
    const queue = open<string>();
    const tasks = queue[Symbol.asyncIterator]();
    const waiting = tasks.next();
    await sleep(20);
    assert.deepEqual(await tasks.return(), { value: undefined, done: true });
    assert.deepEqual(await waiting, { value: undefined, done: true });
    (await queue.put('a')).unwrap();
    assert.equal((await queue.getNowait()).unwrap().payload, 'a');
  });

  both('for await waits for the next task, and ends when the queue is closed', async (open) => {
    const [queue, other] = [open<number>(), open<number>()];
    const seen: number[] = [];
    const loop = (async () => {
      for await (const task of queue) {
        seen.push(task.payload);
        (await task.ack()).unwrap();
      }
    })();
    (await other.put(1)).unwrap();
    while (seen.length < 1) await sleep(2);
    (await other.put(2)).unwrap();
    while (seen.length < 2) await sleep(2);
    (await queue.close()).unwrap();
    await loop;
    assert.deepEqual(seen, [1, 2]);
  });
});
