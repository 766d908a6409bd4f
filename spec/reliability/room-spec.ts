import assert from 'node:assert/strict';
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { keysOf } from '../../src/broker/keys.ts';
import { scripts } from '../../src/broker/scripts.ts';
import type { Put } from '../../src/put.ts';
import type { Queue } from '../../src/queue.ts';
import { codeOf, type House, inHouse } from '../support/house.ts';
import { describe } from '../support/it.ts';
import { until } from '../support/until.ts';

// Who waits for room in a full queue, whatever becomes of the wake-up. A wait in Redis ends by itself after 10 s:
// what these specs say must happen long before.
const SOON = { within: 5_000 };

const ONE = { maxItems: 1, sweepEvery: null };

const OWN = { redis: {} };

const puts = (bytes: Buffer): boolean => bytes.includes(scripts.put.sha);

/** A put that is not awaited, and what became of it. */
const waiting = (queue: Queue<string>, payload: string) => {
  const state = { code: undefined as string | undefined, put: undefined as Put | undefined };
  queue.put(payload).then((result) => {
    state.code = codeOf(result);
    if (result.ok) state.put = result.val;
  });
  return state;
};

/** Full of `full`; a second process, behind a relay, waits with `later`. */
const setUp = async (house: House, options = {}) => {
  const name = house.name();
  await house.loadScripts();
  const relay = await house.relay();
  const direct = house.queue<string>(name, ONE);
  const queue = house.queue<string>(name, { ...ONE, ...options, connection: relay.url });
  (await direct.put('full')).unwrap();
  const later = waiting(queue, 'later');
  await until(async () => (await house.blocked()) === 1, { what: 'it waits for room' });
  const next = async (): Promise<string> => {
    const task = (await direct.getNowait()).unwrap();
    (await task.ack()).unwrap();
    return task.payload;
  };
  return { name, relay, direct, queue, later, next };
};

describe('waiting for room', (it) => {
  it(
    'goes on after every cut: room that appeared meanwhile is found',
    inHouse(async (house) => {
      const { relay, later, next } = await setUp(house);
      await relay.refuse(true);
      relay.cut();
      assert.equal(await next(), 'full');
      await relay.refuse(false);
      await until(() => later.code === 'ok', SOON);
      assert.equal(await next(), 'later');
    }),
  );

  it(
    'does not mind that its other connection is lost',
    inHouse(async (house) => {
      const { name, direct, queue, later, next } = await setUp(house);
      const list = (await house.client.client('LIST')) as string;
      const own = list.split('\n').filter((line) => / name=millrace /.test(line) && !/ cmd=client/.test(line));
      for (const line of own) await house.client.client('KILL', 'ID', /id=(\d+)/.exec(line)?.[1] as string);
      await until(async () => (await queue.stats()).ok && (await direct.stats()).ok);
      assert.equal(await next(), 'full');
      await until(() => later.code === 'ok', SOON);
      assert.equal(await house.client.exists(keysOf('millrace', name).room), 0, 'there is no room to tell of');
    }, OWN),
  );

  it(
    'ends with CONNECTION when Redis is away for longer than patience; what was not put is not put later',
    inHouse(async (house) => {
      const { relay, direct, queue, later, next } = await setUp(house, { patience: 300 });
      const began = performance.now();
      await relay.refuse(true);
      relay.cut();
      await until(() => later.code !== undefined, SOON);
      assert.equal(later.code, 'CONNECTION');
      const took = performance.now() - began;
      assert.ok(took >= 250 && took < 2_000, `${took} ms`);
      await relay.refuse(false);
      assert.equal(await next(), 'full');
      await until(async () => (await queue.put('after')).ok);
      assert.equal(await next(), 'after');
      assert.equal((await direct.stats()).unwrap().put, 2);
    }),
  );

  it(
    'puts once, though the reply to the put it was woken for is lost; and the next one is woken, too',
    inHouse(async (house) => {
      const { relay, direct, later, next } = await setUp(house);
      const last = waiting(direct, 'last');
      await until(async () => (await house.blocked()) === 2);
      let cuts = 0;
      relay.onRequest((bytes) => (puts(bytes) && cuts++ === 0 ? 'cut-after-forward' : 'pass'));
      assert.equal(await next(), 'full');
      await until(() => later.code === 'ok', SOON);
      assert.equal(later.put?.added, true);
      assert.equal(cuts > 1, true, 'the first reply was lost');
      assert.equal(await next(), 'later');
      await until(() => last.code === 'ok', SOON);
      assert.equal(await next(), 'last');
      assert.equal((await direct.stats()).unwrap().put, 3);
    }),
  );

  it(
    'a wake-up that dies with its producer keeps nobody out who comes later, nor those who wait',
    inHouse(async (house) => {
      const name = house.name();
      await house.loadScripts();
      const [direct, other] = [house.queue<number>(name, ONE), house.queue<number>(name, ONE)];
      const relay = await house.relay();
      for (const waits of [false, true]) {
        (await direct.put(0)).unwrap();
        const doomed = house.worker('producer', { url: relay.url, name, maxItems: 1, count: 1 });
        await until(async () => (await house.blocked()) === 1);
        const before = waits ? direct.put(1) : undefined;
        await until(async () => (await house.blocked()) === (waits ? 2 : 1));
        relay.onRequest((bytes) => {
          if (!puts(bytes)) return 'pass';
          doomed.signal('SIGKILL');
          return 'cut-before-forward';
        });
        (await (await direct.getNowait()).unwrap().ack()).unwrap();
        await doomed.exited;
        relay.onRequest();
        const began = performance.now();
        const after = other.put(2);
        for (const [i, put] of [before, after].entries()) {
          if (put === undefined) continue;
          assert.equal(codeOf(await put), 'ok');
          const task = (await direct.getNowait()).unwrap();
          assert.equal(task.payload, i + 1);
          (await task.ack()).unwrap();
        }
        const took = performance.now() - began;
        assert.ok(took < SOON.within, `${took} ms`);
      }
    }),
  );

  it(
    'outlasts a restart of Redis',
    inHouse(
      async (house) => {
        const { later, direct } = await setUp(house);
        await house.server.restart();
        const task = await until(async () => {
          const got = await direct.getNowait();
          return got.ok && got.val;
        });
        assert.equal(task.payload, 'full');
        await until(() => later.code === 'ok', SOON);
      },
      { redis: { args: ['--appendonly', 'yes', '--appendfsync', 'always'] } },
    ),
  );

  it(
    'is bounded by nothing but its signal: it keeps Redis from nobody meanwhile',
    inHouse(async (house) => {
      const { direct, queue } = await setUp(house);
      const given = new AbortController();
      setMaxListeners(0, given.signal);
      const all = Array.from({ length: 2_000 }, (_, i) => queue.put(`${i}`, { signal: given.signal }));
      await sleep(50);
      const before = await house.client.info('commandstats');
      await sleep(300);
      const calls = (info: string): number => Number(/cmdstat_evalsha:calls=(\d+)/.exec(info)?.[1]);
      const asked = calls(await house.client.info('commandstats')) - calls(before);
      assert.ok(asked < 5, `${asked} calls in 300 ms`);
      given.abort();
      for (const put of all) assert.equal(codeOf(await put), 'ABORTED');
      assert.equal((await direct.stats()).unwrap().put, 1);
    }),
  );
});
