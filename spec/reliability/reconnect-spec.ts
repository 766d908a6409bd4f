import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf, type House, inHouse } from '../support/house.ts';
import { describe } from '../support/it.ts';
import { until } from '../support/until.ts';

const DURABLE = { redis: { args: ['--appendonly', 'yes', '--appendfsync', 'always'] } };
const OUTAGE = 5_000;

/** Puts and consumes all the while `outage` happens; nothing may be lost, nobody may need help. */
const underLoad = async (house: House, url: string, outage: () => Promise<void>): Promise<void> => {
  const name = house.name();
  // Two strings, so that producer and consumer lose a connection each.
  const producer = house.queue<number>(name, { connection: `${url}/0` });
  const consumer = house.queue<number>(name, { connection: url, lease: 3_000, sweepEvery: 500 });
  const done: number[] = [];
  let ended = false;
  consumer
    .process(
      async ({ payload }) => {
        await sleep(payload % 20);
        done.push(payload);
      },
      { concurrency: 20 },
    )
    .subscribe({ error: () => (ended = true), complete: () => (ended = true) });
  let idleEnded = false;
  const idle = house.queue<string>(house.name(), { connection: url });
  const idler = house.consume(idle, 1, (task) => task.ack());
  idle.events.subscribe({ complete: () => (idleEnded = true) });

  const puts: Promise<string>[] = [];
  let [putting, waitedLongest] = [true, 0];
  const load = (async () => {
    while (putting) {
      const asked = performance.now();
      const put = producer.put(puts.length).then((result) => {
        waitedLongest = Math.max(waitedLongest, performance.now() - asked);
        return codeOf(result);
      });
      puts.push(put);
      await sleep(4);
    }
  })();
  await until(() => done.length > 50, { what: 'it runs' });

  await outage();
  const before = done.length;
  const back = performance.now();
  await until(() => done.length > before + 50, { what: 'it goes on by itself' });
  assert.ok(performance.now() - back < 5_000, `it took ${performance.now() - back} ms to go on`);
  putting = false;
  await load;

  const codes = await Promise.all(puts);
  assert.deepEqual(
    codes.filter((code) => code !== 'ok'),
    [],
    'every put resolves, those that waited for Redis too',
  );
  assert.ok(waitedLongest > OUTAGE * 0.8, `none waited: ${waitedLongest} ms at most`);
  const stats = async () => (await producer.stats()).unwrap();
  await until(async () => (await stats()).acked >= puts.length, { what: 'all are acked' });
  await until(async () => (await stats()).leased === 0);
  const { put, acked, failed, dead, ready } = await stats();
  assert.deepEqual({ acked, failed, dead, ready }, { acked: put, failed: 0, dead: 0, ready: 0 });
  // A put whose reply was lost is repeated; if its task was done meanwhile, it is a task again.
  assert.ok(put <= puts.length + 20, `${put - puts.length} more were put than were asked for`);
  assert.equal(new Set(done).size, puts.length, 'each was done');
  assert.ok(done.length <= put + 20, `${done.length - put} were done twice: more than were held`);

  (await house.queue<string>(idle.name).put('late')).unwrap();
  await until(() => idler.tasks.length === 1, { what: 'the idle consumer goes on, too' });
  assert.deepEqual([ended, idleEnded, idler.completed, idler.error], [false, false, false, undefined]);
  for (const { told } of [producer, consumer, idle])
    assert.deepEqual(
      told.filter((type) => type === 'reconnecting' || type === 'reconnected'),
      ['reconnecting', 'reconnected'],
      'told once each',
    );
};

describe('reconnect', (it) => {
  it(
    'goes on by itself after Redis was killed and away for 5 s under load: nothing is lost, waiting puts resolve',
    inHouse(
      (house) =>
        underLoad(house, house.url, async () => {
          await house.server.kill();
          await sleep(OUTAGE);
          await house.server.restart();
        }),
      DURABLE,
    ),
  );

  it(
    'goes on by itself after the network refused every connection for 5 s under load',
    inHouse(async (house) => {
      const relay = await house.relay();
      await underLoad(house, relay.url, async () => {
        await relay.refuse(true);
        relay.cut();
        await sleep(OUTAGE);
        await relay.refuse(false);
      });
    }, DURABLE),
  );

  it(
    'tells of each of two outages once, and does work twice only if its lease ran out',
    inHouse(async (house) => {
      const relay = await house.relay();
      const queue = house.queue<number>(house.name(), { connection: relay.url, lease: 5_000, sweepEvery: 50 });
      const consumer = house.consume(queue);
      (await queue.put(1)).unwrap();
      await until(() => consumer.tasks.length === 1);
      for (const outages of [1, 2]) {
        relay.cut();
        await until(() => queue.told.filter((type) => type === 'reconnected').length === outages);
        assert.ok((await queue.stats()).ok);
      }
      assert.deepEqual(queue.told, ['reconnecting', 'reconnected', 'reconnecting', 'reconnected']);
      assert.ok((await consumer.tasks[0]?.ack())?.ok);
      assert.equal(consumer.tasks.length, 1);
    }),
  );

  it(
    'finds a Redis that was not there yet when it began',
    inHouse(async (house) => {
      const relay = await house.relay();
      await relay.refuse(true);
      const queue = house.queue<number>(house.name(), { connection: relay.url });
      const consumer = house.consume(queue, 1, (task) => task.ack());
      const put = queue.put(1);
      await until(() => queue.told.includes('reconnecting'));
      await relay.refuse(false);
      assert.equal(codeOf(await put), 'ok');
      await until(async () => (await queue.stats()).unwrap().acked === 1);
      assert.equal(consumer.error, undefined);
    }),
  );
});
