import assert from 'node:assert/strict';
import { describe } from '../support/it.ts';
import { codeOf, drain, onBoth, one, takeAll } from './onBoth.ts';

// contract.md, section 3, producing.

describe('contract: producing', (it) => {
  const both = onBoth(it);

  both('put answers the id it made, and that it was added', async (open) => {
    const queue = open<string>();
    const { id, added } = (await queue.put('a')).unwrap();
    assert.equal(added, true);
    assert.equal((await one(queue)).id, id);
  });

  both('ids that are made are never made twice', async (open) => {
    const [first, second] = [open<number>(), open<number>()];
    const puts = [...(await first.putMulti([1, 2, 3])).unwrap(), ...(await second.putMulti([4, 5, 6])).unwrap()];
    assert.equal(new Set(puts.map(({ id }) => id)).size, 6);
  });

  both('putNowait and putMultiNowait add at once where there is room', async (open) => {
    const queue = open<string>();
    assert.equal((await queue.putNowait('a')).unwrap().added, true);
    assert.deepEqual(
      (await queue.putMultiNowait(['b', 'c'])).unwrap().map(({ added }) => added),
      [true, true],
    );
    assert.deepEqual(await drain(queue), ['a', 'b', 'c']);
  });

  both('putMulti keeps the order, one Put for each', async (open) => {
    const queue = open<number>();
    const numbers = Array.from({ length: 600 }, (_, i) => i);
    const puts = (await queue.putMulti(numbers)).unwrap();
    const tasks = await takeAll(queue);
    assert.deepEqual(
      tasks.map(({ payload }) => payload),
      numbers,
    );
    assert.deepEqual(
      tasks.map(({ id }) => id),
      puts.map(({ id }) => id),
    );
  });

  both('putMulti of nothing answers nothing and changes nothing', async (open) => {
    const queue = open();
    assert.deepEqual((await queue.putMulti([])).unwrap(), []);
    assert.equal((await queue.stats()).unwrap().put, 0);
  });

  both('putMulti adds all or none: one payload that cannot be encoded keeps the others out', async (open) => {
    const queue = open<unknown>();
    const result = await queue.putMulti(['a', undefined, 'c']);
    assert.equal(codeOf(result), 'CODEC');
    assert.equal((await queue.stats()).unwrap().ready, 0);
  });

  both('putMulti takes 10,000 in one step, and refuses more at the call', async (open) => {
    const queue = open<number>();
    const most = Array.from({ length: 10_000 }, (_, i) => i);
    assert.equal((await queue.putMulti(most)).unwrap().length, 10_000);
    assert.equal((await queue.stats()).unwrap().ready, 10_000);
    assert.throws(() => queue.putMulti([...most, 0]), { name: 'RangeError', message: /putTo/ });
  });

  both('an id of your own that is given twice in one putMulti is added once', async (open) => {
    const queue = open<string>();
    const puts = await queue.putMulti(['x1', 'y', 'x2'], { id: (payload) => payload.slice(0, 1) });
    assert.deepEqual(puts.unwrap(), [
      { id: 'x', added: true },
      { id: 'y', added: true },
      { id: 'x', added: false },
    ]);
    assert.deepEqual(await drain(queue), ['x1', 'y']);
  });

  both('an id that is still in the queue changes nothing: ready, delayed, leased or dead', async (open) => {
    const queue = open<string>();
    const again = async (): Promise<boolean> => (await queue.put('again', { id: 'x' })).unwrap().added;

    (await queue.put('ready', { id: 'x' })).unwrap();
    assert.equal(await again(), false, 'ready');
    const ready = await one(queue);
    assert.equal(ready.payload, 'ready');
    assert.equal(await again(), false, 'leased');
    (await ready.fail('boom', { delay: 60_000 })).unwrap();
    assert.equal(await again(), false, 'delayed');
    assert.equal((await queue.stats()).unwrap().delayed, 1);
    (await queue.remove('x')).unwrap();

    assert.equal(await again(), true, 'gone');
    (await (await one(queue)).kill()).unwrap();
    assert.equal(await again(), false, 'dead');
    assert.equal((await queue.stats()).unwrap().ready, 0);
  });

  both('an id may come again once its task is done', async (open) => {
    const queue = open<string>();
    (await queue.put('first', { id: 'x' })).unwrap();
    (await (await one(queue)).ack()).unwrap();
    assert.deepEqual((await queue.put('second', { id: 'x' })).unwrap(), { id: 'x', added: true });
    assert.equal((await one(queue)).deliveries, 1);
  });

  both('a settlement of the task that had an id before changes nothing for the one that has it now', async (open) => {
    const queue = open<string>();
    (await queue.put('first', { id: 'x' })).unwrap();
    const first = await one(queue);
    (await queue.remove('x')).unwrap();
    (await queue.put('second', { id: 'x' })).unwrap();
    assert.equal(codeOf(await first.ack()), 'STALE');
    const second = await one(queue);
    assert.equal(second.payload, 'second');
    assert.equal(codeOf(await first.fail('late')), 'STALE');
    assert.equal(codeOf(await second.ack()), 'ok');
  });

  both('a delayed task waits for its time, and then is delivered by itself', async (open) => {
    const queue = open<string>();
    const before = performance.now();
    (await queue.put('later', { delay: 60 })).unwrap();
    assert.equal(codeOf(await queue.getNowait()), 'EMPTY');
    assert.equal((await queue.stats()).unwrap().delayed, 1);
    assert.equal((await queue.get({ timeout: 5_000 })).unwrap().payload, 'later');
    assert.ok(performance.now() - before >= 55);
  });

  both('delayed tasks come in the order in which they are due, those put together in their own', async (open) => {
    const queue = open<string>();
    (await queue.putMulti(['c', 'd'], { delay: 40 })).unwrap();
    (await queue.putMulti(['a', 'b'], { delay: 15 })).unwrap();
    await new Promise((resolve) => setTimeout(resolve, 70));
    assert.deepEqual(await drain(queue), ['a', 'b', 'c', 'd']);
  });

  both('front goes before what waits, those put together in their own order, delayed or not', async (open) => {
    const queue = open<string>();
    (await queue.putMulti(['x', 'y'])).unwrap();
    (await queue.putMulti(['a', 'b'], { front: true })).unwrap();
    (await queue.putMulti(['first', 'second'], { front: true, delay: 5 })).unwrap();
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual(await drain(queue), ['first', 'second', 'a', 'b', 'x', 'y']);
  });

  both('headers travel with the task, whatever text they are', async (open) => {
    const queue = open<number>();
    const headers = { trace: 'a b\nc', 'ü ñ': '', json: '{"x":1}' };
    (await queue.put(1, { headers })).unwrap();
    (await queue.put(2)).unwrap();
    const [first, second] = await takeAll(queue);
    assert.deepEqual(first?.headers, headers);
    assert.deepEqual(second?.headers, {});
  });

  both('a signal that has fired keeps the task out: ABORTED', async (open) => {
    const queue = open<number>();
    const result = await queue.put(1, { signal: AbortSignal.abort(new Error('changed my mind')) });
    assert.equal(codeOf(result), 'ABORTED');
    assert.equal((result.val as Error).cause instanceof Error, true);
    assert.equal((await queue.stats()).unwrap().put, 0);
  });

  both('misuse is thrown at the call, naming the argument', async (open) => {
    const queue = open<number>();
    assert.throws(() => queue.put(1, { delay: -1 }), { name: 'RangeError', message: /delay is -1/ });
    assert.throws(() => queue.put(1, { delay: Number.NaN }), { name: 'RangeError', message: /delay is NaN/ });
    assert.throws(() => queue.put(1, { id: '' }), { name: 'RangeError', message: /id/ });
    assert.throws(() => queue.putMulti([1, 2], { id: 'x' }), { name: 'TypeError', message: /id/ });
    assert.throws(() => queue.getMulti(1.5), { name: 'RangeError', message: /n is 1.5/ });
  });
});
