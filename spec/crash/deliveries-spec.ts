import assert from 'node:assert/strict';
import { keysOf } from '../../src/broker/keys.ts';
import { inHouse, takes } from '../support/house.ts';
import { describe } from '../support/it.ts';
import { until } from '../support/until.ts';

// Rows of the crash table about a delivery: kill -9, or a cut socket, before, during and after it.

const QUICK = { lease: 400, sweepEvery: 100 };

describe('crash table, deliveries', (it) => {
  it(
    'row 1: killed while blocked: the next task goes to another consumer, as its first delivery',
    inHouse(async (house) => {
      const name = house.name();
      const worker = house.worker('consumer', { url: house.url, name });
      await until(async () => (await house.blocked()) === 1, { what: 'the worker waits' });
      await worker.kill();

      const queue = house.queue<number>(name);
      const other = house.consume(queue, 1, (task) => task.ack());
      await until(async () => (await house.blocked()) === 1, { what: 'only the other one waits' });
      (await queue.put(1)).unwrap();

      await until(async () => (await queue.stats()).unwrap().acked === 1);
      assert.deepEqual(
        other.tasks.map(({ deliveries }) => deliveries),
        [1],
      );
      await until(async () => (await house.remains(name)).join() === 'totals,meta', { what: 'nothing is left' });
    }),
  );

  it(
    'row 1: cut while blocked: the same consumer goes on',
    inHouse(async (house) => {
      const name = house.name();
      const relay = await house.relay();
      const queue = house.queue<number>(name, { connection: relay.url });
      const consumer = house.consume(queue, 1, (task) => task.ack());
      await until(async () => (await house.blocked()) === 1);
      relay.cut();
      (await house.queue<number>(name).put(1)).unwrap();

      await until(async () => (await queue.stats()).unwrap().acked === 1);
      assert.deepEqual(
        consumer.tasks.map(({ payload, deliveries }) => [payload, deliveries]),
        [[1, 1]],
      );
    }),
  );

  it(
    'row 2: killed between the wake-up and the take: another one, idle all the while, gets the task within sweepEvery',
    inHouse(async (house) => {
      const name = house.name();
      await house.loadScripts();
      const relay = await house.relay();
      const worker = house.worker('consumer', { url: relay.url, name, sweepEvery: null });
      await until(async () => (await house.blocked()) === 1, { what: 'the worker waits first' });
      const queue = house.queue<number>(name, QUICK);
      const other = house.consume(queue);
      await until(async () => (await house.blocked()) === 2, { what: 'the other one waits behind it' });

      let taking = false;
      relay.onRequest((bytes) => {
        if (!takes(bytes)) return 'pass';
        taking = true;
        worker.signal('SIGKILL');
        return 'cut-before-forward';
      });
      (await queue.put(1)).unwrap();
      await until(() => taking, { what: 'the worker was woken and takes' });
      await worker.exited;

      await until(() => other.tasks.length === 1, { within: 2_000 });
      assert.equal(other.tasks[0]?.deliveries, 1);
      assert.equal((await queue.stats()).unwrap().leased, 1);
    }),
  );

  it(
    'row 3: taken, and the reply lost: nobody has it until the lease ends, then it comes back once',
    inHouse(async (house) => {
      const name = house.name();
      await house.loadScripts();
      const relay = await house.relay();
      const queue = house.queue<number>(name, { connection: relay.url, ...QUICK });
      const consumer = house.consume(queue);
      await until(async () => (await house.blocked()) === 1);

      let cuts = 0;
      relay.onRequest((bytes) => (takes(bytes) && cuts++ === 0 ? 'cut-after-forward' : 'pass'));
      const direct = house.queue<number>(name);
      (await direct.putMulti([1, 2, 3])).unwrap();
      await until(async () => (await direct.stats()).unwrap().leased === 3, { what: 'Redis has leased them' });
      assert.equal(cuts, 1);
      assert.equal(consumer.tasks.length, 0, 'the reply was lost');

      await until(() => consumer.tasks.length === 3);
      assert.deepEqual(
        consumer.tasks.map(({ payload, deliveries }) => [payload, deliveries]),
        [
          [1, 2],
          [2, 2],
          [3, 2],
        ],
      );
      for (const task of consumer.tasks) assert.ok((await task.ack()).ok);
      const { acked, returned, leased, ready } = (await direct.stats()).unwrap();
      assert.deepEqual({ acked, returned, leased, ready }, { acked: 3, returned: 3, leased: 0, ready: 0 });
    }),
  );

  it(
    'row 3: killed before the reply of its take: another one gets the tasks when their leases end',
    inHouse(async (house) => {
      const name = house.name();
      await house.loadScripts();
      const relay = await house.relay();
      const worker = house.worker('consumer', { url: relay.url, name, lease: 400, sweepEvery: null });
      await until(async () => (await house.blocked()) === 1);
      relay.onRequest((bytes) => {
        if (!takes(bytes)) return 'pass';
        worker.signal('SIGKILL');
        return 'cut-after-forward';
      });
      const queue = house.queue<number>(name, QUICK);
      (await queue.putMulti([1, 2])).unwrap();
      await until(async () => (await queue.stats()).unwrap().leased === 2);
      await worker.exited;

      const other = house.consume(queue);
      await until(() => other.tasks.length === 2);
      assert.deepEqual(
        other.tasks.map(({ payload, deliveries }) => [payload, deliveries]),
        [
          [1, 2],
          [2, 2],
        ],
      );
    }),
  );

  it(
    'row 4: killed while working: held while it lived, then back in order within lease + sweepEvery',
    inHouse(async (house) => {
      const name = house.name();
      const queue = house.queue<number>(name, QUICK);
      (await queue.putMulti([1, 2, 3, 4, 5])).unwrap();
      const worker = house.worker('consumer', { url: house.url, name, lease: 400, sweepEvery: null });
      await until(async () => (await queue.stats()).unwrap().leased === 5);

      const other = house.consume(queue);
      const { leases } = keysOf('millrace', name);
      const [, end] = await house.client.zrange(leases, '0', '0', 'WITHSCORES');
      await until(
        async () => Number((await house.client.zrange(leases, '0', '0', 'WITHSCORES'))[1]) > Number(end) + 400_000,
        {
          what: 'the leases have been renewed beyond their first end',
        },
      );
      assert.equal(other.tasks.length, 0, 'nothing is delivered twice while its holder lives');

      await worker.kill();
      const killed = performance.now();
      await until(() => other.tasks.length === 5);
      const took = performance.now() - killed;
      assert.ok(took < 400 + 100 + 500, `it took ${took} ms`);
      assert.deepEqual(
        other.tasks.map(({ payload, deliveries }) => [payload, deliveries]),
        [1, 2, 3, 4, 5].map((payload) => [payload, 2]),
      );
    }),
  );

  it(
    'row 9: one stuck task of a busy consumer comes back although its consumer keeps taking and renewing others',
    inHouse(async (house) => {
      const name = house.name();
      await house.loadScripts();
      const relay = await house.relay();
      const direct = house.queue<string>(name, { sweepEvery: null });
      const queue = house.queue<string>(name, { connection: relay.url, ...QUICK });
      const seen: (readonly [string, number])[] = [];
      house.consume(queue, 4, (task) => {
        seen.push([task.payload, task.deliveries]);
        if (task.payload !== 'held') task.ack();
      });
      await until(async () => (await house.blocked()) === 1);
      (await direct.put('held')).unwrap();
      await until(() => seen.length === 1);

      // The reply that carries this one is lost, so its holder does not know of it …
      let cuts = 0;
      relay.onRequest((bytes) => (takes(bytes) && cuts++ === 0 ? 'cut-after-forward' : 'pass'));
      await until(async () => (await house.blocked()) === 1);
      (await direct.put('stuck')).unwrap();
      await until(async () => (await direct.stats()).unwrap().leased === 2);
      // … and is busy with others the whole time.
      for (let i = 0; !seen.some(([payload]) => payload === 'stuck'); i++) {
        (await direct.put(`other ${i}`)).unwrap();
        await until(async () => (await direct.stats()).unwrap().acked > i);
        assert.ok(i < 10_000, 'it never came back');
      }
      assert.deepEqual(
        seen.filter(([payload]) => payload === 'stuck'),
        [['stuck', 2]],
      );
      assert.equal(
        seen.filter(([payload]) => payload === 'held').length,
        1,
        'what is worked on is not given to others',
      );
      await until(async () => (await direct.stats()).unwrap().leased === 1, { what: 'only the held one is left' });
    }),
  );

  it(
    'row 9: one work that never ends is cut short by its timeout, while the others go on',
    inHouse(async (house) => {
      const queue = house.queue<string>(house.name(), { ...QUICK, retry: { backoff: 1 } });
      const tries: string[] = [];
      const settled: string[] = [];
      queue
        .process(
          async ({ payload }) => {
            tries.push(payload);
            if (payload === 'stuck' && tries.filter((each) => each === 'stuck').length === 1)
              await new Promise(() => {});
          },
          { concurrency: 2, timeout: 200 },
        )
        .subscribe(({ kind }) => settled.push(kind));
      (await queue.putMulti(['stuck', 'a', 'b', 'c'])).unwrap();

      await until(async () => (await queue.stats()).unwrap().acked === 4);
      assert.deepEqual(tries, ['stuck', 'a', 'b', 'c', 'stuck']);
      assert.deepEqual(settled, ['ack', 'ack', 'ack', 'fail', 'ack']);
    }),
  );
});
