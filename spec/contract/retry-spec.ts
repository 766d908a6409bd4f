import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { QueueEvent } from '../../src/events.ts';
import type { Queue } from '../../src/queue.ts';
import { describe } from '../support/it.ts';
import { codeOf, drain, onBoth, one, takeAll } from './onBoth.ts';

// contract.md, sections 3 and 4: the retry policy and the dead letters.

/** Puts and kills, one after the other, so that they die in this order. */
const killed = async (queue: Queue<string>, ...payloads: readonly string[]): Promise<void> => {
  (await queue.putMulti(payloads, { id: (payload) => payload })).unwrap();
  for (const task of await takeAll(queue)) (await task.kill(`no ${task.payload}`)).unwrap();
};

const deadIds = async (queue: Queue<string>, options?: { limit?: number; after?: string }): Promise<string[]> =>
  (await queue.dead.list(options)).unwrap().map(({ id }) => id);

describe('contract: retries and dead letters', (it) => {
  const both = onBoth(it);

  both('a task may fail limit times; the next failure makes it a dead letter', async (open) => {
    const queue = open<string>({ retry: { limit: 2, backoff: 0 } });
    (await queue.put('a')).unwrap();
    for (const failures of [0, 1, 2]) {
      const task = await one(queue);
      assert.equal(task.failures, failures);
      assert.equal(codeOf(await task.fail(`boom ${failures}`)), 'ok');
    }
    assert.equal(codeOf(await queue.getNowait()), 'EMPTY');
    const [letter] = (await queue.dead.list()).unwrap();
    assert.deepEqual(
      [letter?.payload, letter?.reason, letter?.message, letter?.failures, letter?.deliveries],
      ['a', 'retry-limit', 'boom 2', 3, 3],
    );
  });

  both('a limit of 0 gives up at the first failure, Infinity never', async (open) => {
    const strict = open<string>({ retry: { limit: 0 } });
    (await strict.put('a')).unwrap();
    (await (await one(strict)).fail()).unwrap();
    assert.equal((await strict.dead.size()).unwrap(), 1);
    const patient = open<string>({ retry: { limit: Number.POSITIVE_INFINITY, backoff: 0 } });
    (await patient.put('b')).unwrap();
    for (let i = 0; i < 30; i++) (await (await one(patient)).fail()).unwrap();
    assert.equal((await one(patient)).failures, 30);
  });

  both('with a window, a task past the limit goes on until its first failure is that long ago', async (open) => {
    const queue = open<string>({ retry: { limit: 1, window: 60, backoff: 0 } });
    (await queue.put('a')).unwrap();
    for (let i = 0; i < 4; i++) (await (await one(queue)).fail()).unwrap();
    assert.equal((await queue.dead.size()).unwrap(), 0);
    await sleep(80);
    (await (await one(queue)).fail()).unwrap();
    assert.equal((await queue.dead.size()).unwrap(), 1);
  });

  both(
    'a window past which a task failed but once is none past its limit, nor is a failure of long ago',
    async (open) => {
      const queue = open<string>({ retry: { limit: 2, window: 50, backoff: 0 } });
      (await queue.put('a')).unwrap();
      (await (await one(queue)).fail()).unwrap();
      await sleep(60);
      (await (await one(queue)).fail()).unwrap();
      assert.equal((await queue.dead.size()).unwrap(), 0, 'two failures are within the limit');
      (await (await one(queue)).fail()).unwrap();
      assert.equal(
        (await queue.dead.size()).unwrap(),
        1,
        'the first of three was before the window, whenever the others were',
      );
    },
  );

  both('failures says how often a task has failed, wherever it is; 0 of one that is not there', async (open) => {
    const queue = open<string>({ retry: { limit: 2, backoff: 0 } });
    const failures = async (): Promise<number> => (await queue.failures('a')).unwrap();
    assert.equal(await failures(), 0);
    (await queue.put('a', { id: 'a' })).unwrap();
    for (const count of [1, 2, 3]) {
      (await (await one(queue)).fail()).unwrap();
      assert.equal(await failures(), count);
    }
    assert.equal((await queue.resetFailures('a')).unwrap(), 3, 'it is dead');
    assert.equal((await queue.dead.list()).unwrap()[0]?.failures, 3, 'and stays so');
    (await queue.dead.replay('all')).unwrap();
    assert.equal(await failures(), 0);
    (await (await one(queue)).ack()).unwrap();
    assert.equal(await failures(), 0);
  });

  both('resetFailures lets retries begin anew, also in time', async (open) => {
    const policy = { limit: 1, window: 400, backoff: 0 };
    const queue = open<string>({ retry: policy });
    (await queue.put('a', { id: 'a' })).unwrap();
    for (let i = 0; i < 3; i++) (await (await one(queue)).fail()).unwrap();
    await sleep(450);
    assert.equal((await queue.resetFailures('a')).unwrap(), 3);
    assert.equal((await queue.resetFailures('a')).unwrap(), 0);
    for (let i = 0; i < 3; i++) (await (await one(queue)).fail()).unwrap();
    const task = await one(queue);
    assert.equal(task.failures, 3, 'so many within a new window');
    assert.equal((await queue.resetFailures('a')).unwrap(), 3, 'while it is held, too');
    (await task.fail()).unwrap();
    assert.equal((await queue.failures('a')).unwrap(), 1);
  });

  both('the backoff says after how many failures to wait how long', async (open) => {
    const asked: number[] = [];
    const backoff = (failures: number): number => {
      asked.push(failures);
      return failures === 1 ? 10 : 60_000;
    };
    const queue = open<string>({ retry: { backoff } });
    (await queue.put('a')).unwrap();
    (await (await one(queue)).fail()).unwrap();
    assert.equal(codeOf(await queue.getNowait()), 'EMPTY');
    (await (await queue.get({ timeout: 5_000 })).unwrap().fail()).unwrap();
    assert.equal(codeOf(await queue.get({ timeout: 30 })), 'EMPTY');
    assert.deepEqual(asked, [1, 2]);
  });

  both('the reason is kept as text, at most 1 KiB of it, cut between characters', async (open) => {
    const queue = open<string>();
    (await queue.put('a')).unwrap();
    (await (await one(queue)).kill('ü'.repeat(2_000))).unwrap();
    const [letter] = (await queue.dead.list()).unwrap();
    assert.equal(letter?.message, 'ü'.repeat(512));
  });

  both('dead letters know when they were put and when they died, and keep their headers', async (open) => {
    const queue = open<string>();
    (await queue.put('a', { headers: { x: 'y' } })).unwrap();
    await sleep(10);
    (await (await one(queue)).kill()).unwrap();
    const [letter] = (await queue.dead.list()).unwrap();
    assert.deepEqual([letter?.headers, letter?.message, letter?.failures], [{ x: 'y' }, '', 0]);
    const [put, died] = [letter?.enqueuedAt.getTime() ?? 0, letter?.diedAt.getTime() ?? 0];
    assert.ok(died >= put + 9 && died < put + 5_000);
  });

  both('dead letters are listed by pages, oldest death first', async (open) => {
    const queue = open<string>();
    await killed(queue, 'd', 'b', 'e', 'a', 'c');
    assert.deepEqual(await deadIds(queue), ['d', 'b', 'e', 'a', 'c']);
    assert.deepEqual(await deadIds(queue, { limit: 2 }), ['d', 'b']);
    assert.deepEqual(await deadIds(queue, { limit: 2, after: 'b' }), ['e', 'a']);
    assert.deepEqual(await deadIds(queue, { limit: 2, after: 'a' }), ['c']);
    assert.deepEqual(await deadIds(queue, { after: 'c' }), []);
    assert.deepEqual(await deadIds(queue, { limit: 1, after: 'not there' }), ['d'], 'begins again');
    assert.throws(() => queue.dead.list({ limit: 1_001 }), RangeError);
  });

  both('replay puts them back in line, their failures forgotten', async (open) => {
    const queue = open<string>({ retry: { limit: 0 } });
    (await queue.putMulti(['a', 'b'])).unwrap();
    for (const task of await takeAll(queue)) (await task.fail('boom')).unwrap();
    (await queue.put('c')).unwrap();
    assert.equal((await queue.dead.replay('all')).unwrap(), 2);
    const tasks = await takeAll(queue);
    assert.deepEqual(
      tasks.map(({ payload, failures, deliveries }) => [payload, failures, deliveries]),
      [
        ['c', 0, 1],
        ['a', 0, 2],
        ['b', 0, 2],
      ],
    );
  });

  both('replay of everything leaves none behind, even right after many died at once', async (open) => {
    const queue = open<number>();
    for (let round = 0; round < 5; round++) {
      (await queue.putMulti(Array.from({ length: 250 }, (_, i) => i))).unwrap();
      const tasks = await takeAll(queue);
      await Promise.all(tasks.map((task) => task.kill()));
      assert.equal((await queue.dead.replay('all')).unwrap(), 250);
      assert.equal((await queue.purge()).unwrap(), 250);
    }
  });

  both('replay of ids puts back those that are dead, in the order given', async (open) => {
    const queue = open<string>();
    await killed(queue, 'a', 'b', 'c');
    (await queue.put('ready', { id: 'ready' })).unwrap();
    assert.equal((await queue.dead.replay(['c', 'nobody', 'a', 'ready', 'c'])).unwrap(), 2);
    assert.deepEqual(await drain(queue), ['ready', 'c', 'a']);
    assert.deepEqual(await deadIds(queue), ['b']);
  });

  both('purge of the dead forgets them all, and nothing else', async (open) => {
    const queue = open<string>();
    await killed(queue, 'a', 'b');
    (await queue.put('c')).unwrap();
    assert.equal((await queue.dead.purge()).unwrap(), 2);
    assert.equal((await queue.dead.size()).unwrap(), 0);
    assert.deepEqual(await drain(queue), ['c']);
    assert.equal((await queue.put('again', { id: 'a' })).unwrap().added, true);
  });

  both('events tell of each task that dies, and why', async (open) => {
    const queue = open<string>({ retry: { limit: 0 } });
    const events: QueueEvent[] = [];
    queue.events.subscribe((event) => events.push(event));
    (await queue.putMulti(['a', 'b'], { id: (payload) => payload })).unwrap();
    const [a, b] = await takeAll(queue);
    (await a?.fail('boom'))?.unwrap();
    (await b?.kill('no use'))?.unwrap();
    assert.deepEqual(events, [
      { type: 'dead', id: 'a', reason: 'retry-limit', message: 'boom' },
      { type: 'dead', id: 'b', reason: 'killed', message: 'no use' },
    ]);
  });
});
