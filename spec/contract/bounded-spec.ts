import assert from 'node:assert/strict';
import { concatMap, from, lastValueFrom, take, toArray } from 'rxjs';
import { putTo } from '../../src/operators/putTo.ts';
import type { Put } from '../../src/put.ts';
import type { Answer } from '../../src/task.ts';
import { describe } from '../support/it.ts';
import { codeOf, drain, onBoth, one } from './onBoth.ts';

type Putting = Promise<{ readonly ok: boolean; readonly val: Put | { readonly code: string } }>;

/** Whether it is still waiting, once every other call of this moment has been answered. */
const isWaiting = async (putting: Putting, other: { stats(): Promise<unknown> }): Promise<boolean> => {
  await other.stats();
  await other.stats();
  return Promise.race([putting.then(() => false), new Promise<boolean>((resolve) => setImmediate(resolve, true))]);
};

describe('contract: bounded queues', (it) => {
  const both = onBoth(it);

  both('a put waits while the queue is full, and is added when room appears', async (open) => {
    const queue = open<string>({ maxItems: 2 });
    (await queue.putMulti(['a', 'b'])).unwrap();
    const putting = queue.put('c');
    assert.equal(await isWaiting(putting, queue), true);
    assert.equal((await queue.stats()).unwrap().ready, 2);
    const a = await one(queue);
    assert.equal((await putting).unwrap().added, true);
    assert.equal((await queue.stats()).unwrap().ready, 2);
    (await a.ack()).unwrap();
    assert.deepEqual(await drain(queue), ['b', 'c']);
  });

  both('putNowait and putMultiNowait answer FULL at once, naming the tasks, and add nothing', async (open) => {
    const queue = open<string>({ maxItems: 2 });
    (await queue.put('a')).unwrap();
    const two = await queue.putMultiNowait(['b', 'c'], { id: (payload) => payload });
    assert.equal(codeOf(two), 'FULL');
    assert.deepEqual(two.err && two.val.ids, ['b', 'c']);
    assert.equal(codeOf(await queue.putNowait('d')), 'ok');
    assert.equal(codeOf(await queue.putNowait('e')), 'FULL');
    assert.deepEqual(await drain(queue), ['a', 'd']);
  });

  both('what is leased takes no room; what is delayed does', async (open) => {
    const queue = open<string>({ maxItems: 1 });
    (await queue.put('a')).unwrap();
    await one(queue);
    assert.equal(codeOf(await queue.putNowait('b', { delay: 60_000 })), 'ok');
    assert.equal(codeOf(await queue.putNowait('c')), 'FULL');
  });

  both('a task that comes back may exceed the limit: it is never lost for want of room', async (open) => {
    const queue = open<string>({ maxItems: 1 });
    (await queue.put('a')).unwrap();
    const a = await one(queue);
    (await queue.put('b')).unwrap();
    (await a.release()).unwrap();
    assert.equal((await queue.stats()).unwrap().ready, 2);
    assert.equal(codeOf(await queue.putNowait('c')), 'FULL');
    assert.deepEqual(await drain(queue), ['a', 'b']);
  });

  both('those who wait are served in turn, whichever process they are of', async (open) => {
    const [one_, other] = [open<string>({ maxItems: 1 }), open<string>({ maxItems: 1 })];
    (await one_.put('0')).unwrap();
    const puts: Answer[] | Putting[] = [];
    for (const [i, queue] of [one_, other, one_, other].entries()) {
      const putting = queue.put(String(i + 1));
      puts.push(putting as never);
      assert.equal(await isWaiting(putting as never, queue), true);
    }
    const seen = await lastValueFrom(
      open<string>()
        .tasks({ prefetch: 1 })
        .pipe(
          concatMap(async (task) => {
            (await task.ack()).unwrap();
            return task.payload;
          }),
          take(5),
          toArray(),
        ),
    );
    assert.equal(seen[0], '0');
    // Of one process in order; between two, Redis serves whoever blocked first.
    assert.deepEqual([...seen].sort(), ['0', '1', '2', '3', '4']);
    assert.ok(seen.indexOf('1') < seen.indexOf('3'));
    assert.ok(seen.indexOf('2') < seen.indexOf('4'));
  });

  both('who comes later does not overtake who waits', async (open) => {
    const queue = open<string>({ maxItems: 1 });
    const other = open<string>({ maxItems: 1 });
    (await queue.put('a')).unwrap();
    const first = queue.put('b');
    assert.equal(await isWaiting(first, queue), true);
    const second = other.put('c');
    assert.equal(await isWaiting(second, other), true);
    await one(queue);
    await first;
    await one(queue);
    await second;
    assert.deepEqual(await drain(queue), ['c']);
  });

  both('a batch waits until there is room for all of it', async (open) => {
    const queue = open<string>({ maxItems: 2 });
    (await queue.putMulti(['a', 'b'])).unwrap();
    const putting = queue.putMulti(['c', 'd']);
    const a = await one(queue);
    assert.equal(await isWaiting(putting as never, queue), true);
    const b = await one(queue);
    assert.equal((await putting).unwrap().length, 2);
    assert.deepEqual([a.payload, b.payload, ...(await drain(queue))], ['a', 'b', 'c', 'd']);
  });

  both('a batch that can never fit is told so at once', async (open) => {
    const queue = open<number>({ maxItems: 2 });
    const refused = await queue.putMulti([1, 2, 3]);
    assert.equal(codeOf(refused), 'FULL');
    assert.match(String(refused.val), /maxItems is 2/);
  });

  both('what is in the queue already needs no room', async (open) => {
    const queue = open<string>({ maxItems: 1 });
    (await queue.put('a', { id: 'x' })).unwrap();
    assert.deepEqual((await queue.put('a', { id: 'x' })).unwrap(), { id: 'x', added: false });
  });

  both('a signal ends the waiting, and the task is not added later', async (open) => {
    const queue = open<string>({ maxItems: 1 });
    (await queue.put('a')).unwrap();
    const given = new AbortController();
    const putting = queue.put('b', { signal: given.signal });
    const next = queue.put('c');
    assert.equal(await isWaiting(putting, queue), true);
    given.abort();
    assert.equal(codeOf(await putting), 'ABORTED');
    await one(queue);
    assert.equal(codeOf(await next), 'ok');
    assert.deepEqual(await drain(queue), ['c']);
  });

  both('closing answers CLOSED to those who wait', async (open) => {
    const queue = open<string>({ maxItems: 1 });
    (await queue.put('a')).unwrap();
    const putting = queue.put('b');
    assert.equal(await isWaiting(putting, queue), true);
    await queue.close();
    assert.equal(codeOf(await putting), 'CLOSED');
  });

  both('one who leaves passes the turn on', async (open) => {
    const [leaving, staying] = [open<string>({ maxItems: 1 }), open<string>({ maxItems: 1 })];
    (await staying.put('a')).unwrap();
    const first = leaving.put('b');
    assert.equal(await isWaiting(first, leaving), true);
    const second = staying.put('c');
    assert.equal(await isWaiting(second, staying), true);
    await leaving.close();
    await one(staying);
    assert.equal(codeOf(await second), 'ok');
  });

  both('removing, purging and late acks make room', async (open) => {
    const queue = open<string>({ maxItems: 1 });
    (await queue.put('a', { id: 'a' })).unwrap();
    const b = queue.put('b');
    assert.equal(await isWaiting(b, queue), true);
    (await queue.remove('a')).unwrap();
    assert.equal(codeOf(await b), 'ok');
    const c = queue.put('c', { id: 'c' });
    assert.equal(await isWaiting(c, queue), true);
    (await queue.purge()).unwrap();
    assert.equal(codeOf(await c), 'ok');
    const held = await one(queue);
    (await queue.requeue()).unwrap();
    const d = queue.put('d');
    assert.equal(await isWaiting(d, queue), true);
    (await held.ack()).unwrap();
    assert.equal(codeOf(await d), 'ok');
  });

  both('putTo fills what room there is, in order, and carries on as it appears', async (open) => {
    const queue = open<number>({ maxItems: 3 });
    const payloads = Array.from({ length: 40 }, (_, i) => i);
    const putting = lastValueFrom(from(payloads).pipe(putTo(queue), toArray()));
    const seen: number[] = [];
    let most = 0;
    while (seen.length < payloads.length) {
      const task = (await queue.get()).unwrap();
      const { ready, delayed } = (await queue.stats()).unwrap();
      most = Math.max(most, ready + delayed);
      seen.push(task.payload);
      (await task.ack()).unwrap();
    }
    assert.deepEqual(seen, payloads);
    assert.ok(most <= 3, `${most} tasks were waiting`);
    assert.equal((await putting).length, 40);
  });
});
