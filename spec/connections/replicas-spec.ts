import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { keysOf } from '../../src/broker/keys.ts';
import type { QueueError } from '../../src/errors.ts';
import type { QueueEvent } from '../../src/events.ts';
import type { Settled } from '../../src/task.ts';
import { TaskBatch } from '../../src/taskBatch.ts';
import { codeOf, inHouse } from '../support/house.ts';
import { describe } from '../support/it.ts';
import { clientsOf, inStep, replication } from '../support/replicas.ts';
import { until } from '../support/until.ts';

const SHORT = { count: 1, timeout: 100 };

describe('replicas', (it) => {
  it(
    'have what a call has answered Ok for',
    inHouse(async (house) => {
      const { master, replicas } = await replication(house, 2);
      const name = house.name();
      const queue = house.queue<number>(name, { connection: master.url, replicas: { count: 2, timeout: 5_000 } });
      const copies = replicas.map(({ url }) => house.connect(url));
      const { ready, tasks, dead } = keysOf('millrace', name);
      for (let i = 1; i <= 50; i++) {
        (await queue.put(i)).unwrap();
        for (const copy of copies) assert.equal(await copy.llen(ready), i);
      }
      const task = (await queue.get()).unwrap();
      (await task.kill()).unwrap();
      for (const copy of copies) assert.equal(await copy.zcard(dead), 1);
      (await queue.purge()).unwrap();
      (await queue.dead.purge()).unwrap();
      for (const copy of copies) assert.equal(await copy.exists(tasks, ready, dead), 0);
    }),
  );

  it(
    'too few for a settlement: ack answers REPLICAS though it took effect, once; a batch names all its tasks',
    inHouse(async (house) => {
      const { master, replicas } = await replication(house, 1);
      const queue = house.queue<number>(house.name(), { connection: master.url, replicas: SHORT });
      (await queue.putMulti([1, 2, 3])).unwrap();
      replicas[0]?.freeze();

      const [first, ...others] = (await queue.getMulti(3)).unwrap();
      assert.ok(first);
      const short = (await first.ack()).val as unknown as QueueError;
      assert.deepEqual([short.code, short.ids], ['REPLICAS', [first.id]]);
      assert.equal(codeOf(await first.ack()), 'STALE', 'it is settled, and cannot be settled again');
      const batch = (await new TaskBatch(others).release()).val as unknown as QueueError;
      assert.deepEqual([batch.code, batch.ids], ['REPLICAS', others.map(({ id }) => id)]);
      const { ready, leased, acked } = (await queue.stats()).unwrap();
      assert.deepEqual({ ready, leased, acked }, { ready: 2, leased: 0, acked: 1 });
      replicas[0]?.thaw();
    }),
  );

  it(
    'too few for the settlements of a stream: it goes on, each is ok, and events tell of it',
    inHouse(async (house) => {
      const { master, replicas } = await replication(house, 1);
      const queue = house.queue<number>(house.name(), { connection: master.url, replicas: SHORT });
      const events: QueueEvent[] = [];
      queue.events.subscribe((event) => events.push(event));
      const put = (await queue.putMulti(Array.from({ length: 40 }, (_, i) => i))).unwrap();
      replicas[0]?.freeze();

      const settled: Settled[] = [];
      let error: unknown;
      const consuming = queue
        .process(async ({ payload }) => payload, { concurrency: 4 })
        .subscribe({
          next: (each) => settled.push(each),
          error: (thrown) => {
            error = thrown;
          },
        });
      await until(() => settled.length === 40);
      assert.equal(error, undefined);
      assert.ok(settled.every(({ ok, kind }) => ok && kind === 'ack'));
      const told = events.flatMap((event) => (event.type === 'replicas' ? event.ids : []));
      assert.deepEqual(told.sort(), put.map(({ id }) => id).sort(), 'each once');

      const before = events.length;
      replicas[0]?.thaw();
      await inStep(house, master, 1);
      (await queue.put(41)).unwrap();
      await until(() => settled.length === 41);
      assert.equal(events.length, before);
      consuming.unsubscribe();
    }),
  );

  it(
    'too few for housekeeping: it answers REPLICAS and has done it; what only concerns leases waits for nobody',
    inHouse(async (house) => {
      const { master, replicas } = await replication(house, 1);
      const queue = house.queue<number>(house.name(), { connection: master.url, replicas: SHORT });
      (await queue.putMulti([1, 2, 3, 4], { id: (n) => `id${n}` })).unwrap();
      const [dying, held] = (await queue.getMulti(2)).unwrap();
      (await dying?.kill())?.unwrap();
      replicas[0]?.freeze();

      const calls = {
        remove: await queue.remove('id4'),
        pause: await queue.pause(),
        resume: await queue.resume(),
        replay: await queue.dead.replay('all'),
        'dead.purge': await queue.dead.purge(),
        purge: await queue.purge(),
      };
      for (const [call, answer] of Object.entries(calls)) assert.equal(codeOf(answer), 'REPLICAS', call);
      const { ready, leased, dead } = (await queue.stats()).unwrap();
      assert.deepEqual({ ready, leased, dead }, { ready: 0, leased: 1, dead: 0 });

      assert.equal(codeOf((await held?.extend(60_000)) ?? assert.fail()), 'ok');
      assert.equal((await queue.requeue()).unwrap(), 1);
      assert.equal((await queue.sweep()).unwrap(), 0);
      assert.equal((await queue.get()).unwrap().id, 'id2');
      replicas[0]?.thaw();
    }),
  );

  it(
    'keep nobody else waiting: neither takes of this queue nor other queues of the same URL, nor the blocking pop',
    inHouse(async (house) => {
      const { master, replicas } = await replication(house, 1);
      const name = house.name();
      const patient = house.queue<number>(name, { connection: master.url, replicas: { count: 1, timeout: 3_000 } });
      const other = house.queue<number>(house.name(), { connection: master.url });
      const consumer = house.consume(patient, 4);
      (await other.put(0)).unwrap();
      await until(async () => Object.keys(await clientsOf(master)).length === 2);
      replicas[0]?.freeze();

      const began = performance.now();
      const put = patient.put(1);
      await until(() => consumer.tasks.length === 1, { within: 2_000, what: 'it is delivered while its put waits' });
      for (let i = 0; i < 100; i++) (await other.put(i)).unwrap();
      assert.equal((await patient.stats()).unwrap().leased, 1);
      assert.equal(codeOf((await consumer.tasks[0]?.extend(60_000)) ?? assert.fail()), 'ok');
      assert.ok(performance.now() - began < 2_500, 'nobody waited for the replica');
      assert.deepEqual(await clientsOf(master), { millrace: 1, 'millrace:wait': 1, 'millrace:write': 1 });
      assert.equal(codeOf(await put), 'REPLICAS');
      replicas[0]?.thaw();
    }),
  );

  it(
    'are waited for once by all puts of a turn, and by all that came while they were waited for',
    inHouse(async (house) => {
      const { master, replicas } = await replication(house, 1);
      const client = house.connect(master.url);
      const waits = async () => Number(/cmdstat_wait:calls=(\d+)/.exec(await client.info('commandstats'))?.[1] ?? 0);
      const queue = house.queue<number>(house.name(), { connection: master.url, replicas: { count: 1, timeout: 400 } });
      (await queue.put(0)).unwrap();
      const before = await waits();
      await Promise.all(Array.from({ length: 100 }, (_, i) => queue.put(i)));
      assert.equal((await waits()) - before, 1);

      replicas[0]?.freeze();
      const began = performance.now();
      const puts = [];
      for (let i = 0; i < 20; i++) {
        puts.push(queue.put(i));
        await sleep(5);
      }
      for (const put of await Promise.all(puts)) assert.equal(codeOf(put), 'REPLICAS');
      const took = performance.now() - began;
      assert.ok(took < 2_000, `twenty puts in twenty turns took ${took} ms: one after the other it were 8000`);
      replicas[0]?.thaw();
    }),
  );

  it(
    'too many to ask for: the number that there is is told',
    inHouse(async (house) => {
      const queue = house.queue<number>(house.name(), { replicas: { count: 3, timeout: 50 } });
      const short = (await queue.put(1)).val as unknown as QueueError;
      assert.match(short.message, /^0 of 3 replicas confirmed the write within 50 ms/);
    }),
  );

  it(
    'a connection lost while they are waited for: the write is repeated where the next WAIT is, and counts once',
    inHouse(async (house) => {
      const { master, replicas } = await replication(house, 1);
      const queue = house.queue<number>(house.name(), {
        connection: master.url,
        replicas: { count: 1, timeout: 20_000 },
      });
      (await queue.put(0)).unwrap();
      const client = house.connect(master.url);
      replicas[0]?.freeze();
      const put = queue.put(1, { id: 'one' });
      const waiting = async () =>
        /id=(\d+) .*name=millrace:write .*cmd=wait /.exec(String(await client.client('LIST')));
      const [, id] = await until(waiting);
      await client.client('KILL', 'ID', Number(id));
      await until(async () => ((await waiting())?.[1] ?? id) !== id, { what: 'it waits again, on another connection' });
      replicas[0]?.thaw();
      assert.deepEqual((await put).unwrap(), { id: 'one', added: true });
      assert.equal((await queue.stats()).unwrap().ready, 2);
    }),
  );

  it(
    'a connection that stays lost: REPLICAS within patience, not for ever',
    inHouse(async (house) => {
      const { master, replicas } = await replication(house, 1);
      const queue = house.queue<number>(house.name(), {
        connection: master.url,
        replicas: { count: 1, timeout: 20_000 },
        patience: 500,
      });
      const client = house.connect(master.url);
      (await queue.put(0)).unwrap();
      replicas[0]?.freeze();
      const put = queue.put(1);
      // Blocked, that is: the command before was a WAIT as well.
      await until(async () => / flags=b .* cmd=wait /.test(String(await client.client('LIST'))));
      await master.kill();
      const short = (await put).val as unknown as QueueError;
      assert.equal(short.code, 'REPLICAS');
      assert.match(short.message, /connection was lost before any of 1 replicas confirmed the write/);
      assert.ok(short.cause instanceof Error);
    }),
  );

  it(
    'a user that may not WAIT: CONNECTION, which says so',
    inHouse(
      async (house) => {
        await house.client.call('ACL', 'SETUSER', 'hasty', 'reset', 'on', '>pw', '~*', '+@all', '-wait');
        const connection = `redis://hasty:pw@127.0.0.1:${house.port}`;
        const queue = house.queue<number>(house.name(), { connection, replicas: SHORT });
        const { code, heals, message } = (await queue.put(1)).val as unknown as QueueError;
        assert.deepEqual([code, heals], ['CONNECTION', false]);
        assert.match(message, /does not allow this user what a queue needs.*wait/);
      },
      { redis: {} },
    ),
  );

  it(
    'with a client handed in, writes have a connection of ours, closed with the queue',
    inHouse(async (house) => {
      const { master } = await replication(house, 1);
      const client = new Redis(master.url, { connectionName: 'theirs', commandTimeout: 50, keyPrefix: 'app:' });
      const queue = house.queue<number>(house.name(), { connection: client, replicas: { count: 1, timeout: 1_000 } });
      (await queue.put(1)).unwrap();
      (await (await queue.get()).unwrap().ack()).unwrap();
      assert.equal((await clientsOf(master)).theirs, 2);
      (await queue.close()).unwrap();
      await until(async () => (await clientsOf(master)).theirs === 1);
      assert.equal(await client.ping(), 'PONG');
      client.disconnect();
    }),
  );

  it(
    'closing while they are waited for does not wait long, and says what became of the write',
    inHouse(async (house) => {
      const { master, replicas } = await replication(house, 1);
      const queue = house.queue<number>(house.name(), {
        connection: master.url,
        replicas: { count: 1, timeout: 20_000 },
      });
      (await queue.put(1)).unwrap();
      const task = (await queue.get()).unwrap();
      replicas[0]?.freeze();
      const ack = task.ack();
      const began = performance.now();
      (await queue.close()).unwrap();
      assert.ok(performance.now() - began < 5_000);
      assert.equal(codeOf(await ack), 'REPLICAS');
      await until(async () => Object.keys(await clientsOf(master)).length === 0, { what: 'no connection is left' });
    }),
  );

  it('in memory there are none, and none are waited for', async () => {
    const { Queue } = await import('../../src/queue.ts');
    await using queue = new Queue<number>('no replicas', { connection: 'memory:', replicas: { count: 9, timeout: 9 } });
    (await queue.put(1)).unwrap();
    (await (await queue.get()).unwrap().ack()).unwrap();
  });
});
