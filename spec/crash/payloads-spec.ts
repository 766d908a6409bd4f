import assert from 'node:assert/strict';
import { keysOf } from '../../src/broker/keys.ts';
import type { Codec } from '../../src/codecs/codec.ts';
import { inHouse, settles } from '../support/house.ts';
import { describe } from '../support/it.ts';
import { until } from '../support/until.ts';

// Rows of the crash table about what lies in Redis: payloads, and the scripts themselves.

/** Claims to write JSON, and does not. */
const broken: Codec<string> = {
  name: 'json',
  encode: (value) => Buffer.from(value),
  decode: (bytes) => String(bytes),
};

describe('crash table, what lies in Redis', (it) => {
  it(
    'row 10: a payload that cannot be decoded is a dead letter with its bytes, and the stream goes on',
    inHouse(async (house) => {
      const name = house.name();
      const bad = (await house.queue<string>(name, { codec: broken }).put('{"half":')).unwrap();
      const queue = house.queue<number>(name);
      (await queue.putMulti([1, 2])).unwrap();
      const consumer = house.consume(queue, 1, (task) => task.ack());

      await until(async () => (await queue.stats()).unwrap().acked === 2);
      assert.deepEqual(
        consumer.tasks.map(({ payload }) => payload),
        [1, 2],
      );
      assert.ok(queue.told.includes('undecodable'));
      const [letter] = (await queue.dead.list()).unwrap();
      assert.equal(letter?.id, bad.id);
      assert.equal(letter?.reason, 'undecodable');
      assert.equal(String(letter?.bytes), '{"half":');
      assert.equal(letter !== undefined && 'payload' in letter, false);
      const { leased, dead, died } = (await queue.stats()).unwrap();
      assert.deepEqual({ leased, dead, died }, { leased: 0, dead: 1, died: 1 });
    }),
  );

  it(
    'row 10: killed as it gives such a payload up: the next consumer does, and nothing is lost',
    inHouse(async (house) => {
      const name = house.name();
      await house.loadScripts();
      const relay = await house.relay();
      (await house.queue<string>(name, { codec: broken }).put('\u0000')).unwrap();
      const worker = house.worker('consumer', { url: relay.url, name, lease: 300, sweepEvery: null });
      relay.onRequest((bytes) => {
        if (!settles(bytes)) return 'pass';
        worker.signal('SIGKILL');
        return 'cut-before-forward';
      });
      await worker.exited;

      const queue = house.queue(name, { lease: 300, sweepEvery: 100 });
      assert.equal((await queue.stats()).unwrap().leased, 1);
      house.consume(queue);
      await until(async () => (await queue.stats()).unwrap().dead === 1);
      assert.deepEqual(
        (await queue.dead.list()).unwrap().map(({ reason, deliveries, bytes }) => [reason, deliveries, String(bytes)]),
        [['undecodable', 2, '\u0000']],
      );
    }),
  );

  it(
    'row 10: an envelope that is no envelope is a dead letter, too',
    inHouse(async (house) => {
      const name = house.name();
      const { tasks } = keysOf('millrace', name);
      const queue = house.queue<number>(name);
      const ids = (await queue.putMulti([1, 2, 3, 4])).unwrap().map(({ id }) => id);
      await house.client.hset(tasks, ids[0] as string, '');
      await house.client.hset(tasks, ids[1] as string, Buffer.from([0, 255, 10, 13]));
      await house.client.hset(tasks, ids[2] as string, '123 json {"a":\n1');
      const consumer = house.consume(queue, 1, (task) => task.ack());

      await until(async () => (await queue.stats()).unwrap().acked === 1);
      assert.deepEqual(consumer.ids, [ids[3]]);
      assert.deepEqual(
        (await queue.dead.list()).unwrap().map(({ id, reason }) => [id, reason]),
        ids.slice(0, 3).map((id) => [id, 'undecodable']),
      );
    }),
  );

  it(
    'row 11: an id without its task is dropped and reported, wherever it stood',
    inHouse(async (house) => {
      const name = house.name();
      const keys = keysOf('millrace', name);
      const queue = house.queue<string>(name, { sweepEvery: null });
      const returned = (await queue.put('returned')).unwrap().id;
      await (await queue.get()).unwrap().release();
      const ready = (await queue.put('ready')).unwrap().id;
      const later = (await queue.put('later', { delay: 1 })).unwrap().id;
      const leased = (await queue.put('leased', { front: true })).unwrap().id;
      const held = (await queue.get()).unwrap();
      assert.equal(held.id, leased);
      await house.client.hdel(keys.tasks, returned, ready, later, leased);
      (await queue.put('whole')).unwrap();

      const missing: string[] = [];
      queue.events.subscribe((event) => event.type === 'missing' && missing.push(event.id));
      const consumer = house.consume(queue, 8, (task) => task.ack());
      await until(() => missing.length === 3);
      assert.deepEqual(missing.sort(), [returned, ready, later].sort());
      await until(() => consumer.tasks.length === 1);
      assert.equal(consumer.tasks[0]?.payload, 'whole');
      await held.ack();
      await until(async () => (await house.remains(name)).join() === 'totals,meta', { what: 'nothing is left' });
    }),
  );

  it(
    'row 12: SCRIPT FLUSH between calls, and all the time: nobody notices',
    inHouse(async (house) => {
      const name = house.name();
      const queue = house.queue<number>(name);
      const flush = () => house.client.script('FLUSH');
      await flush();
      (await queue.put(0)).unwrap();
      await flush();
      const task = (await queue.get()).unwrap();
      await flush();
      assert.ok((await task.extend(5_000)).ok);
      await flush();
      assert.ok((await task.ack()).ok);

      const count = 3_000;
      const seen: number[] = [];
      queue.process(async ({ payload }) => seen.push(payload), { concurrency: 50 }).subscribe();
      let flushing = true;
      const flushes = (async () => {
        for (; flushing; await new Promise(setImmediate)) await flush();
      })();
      for (let i = 0; i < count; i += 100)
        (await queue.putMulti(Array.from({ length: 100 }, (_, k) => i + k))).unwrap();
      await until(async () => (await queue.stats()).unwrap().acked === count + 1);
      flushing = false;
      await flushes;

      assert.equal(seen.length, count, 'none twice');
      assert.equal(new Set(seen).size, count);
      await until(async () => (await house.remains(name)).join() === 'totals,meta', { what: 'nothing is left' });
    }),
  );
});
