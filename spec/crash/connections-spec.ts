import assert from 'node:assert/strict';
import { inHouse, takes } from '../support/house.ts';
import { describe } from '../support/it.ts';
import { until } from '../support/until.ts';

// Rows of the crash table about whoever waits: Redis goes away under him, or he goes as a task arrives.

const DURABLE = { args: ['--appendonly', 'yes', '--appendfsync', 'always'] };

describe('crash table, waiting', (it) => {
  for (const how of ['restarted', 'killed and restarted'] as const)
    it(
      `row 13: Redis ${how} during a block: the consumer goes on by itself`,
      inHouse(
        async (house) => {
          const name = house.name();
          const queue = house.queue<number>(name, { sweepEvery: null });
          const consumer = house.consume(queue, 8, (task) => task.ack());
          const patient = queue.get();
          await until(async () => (await house.blocked()) === 1);
          (await queue.put(1)).unwrap();
          await until(() => consumer.tasks.length === 1);
          await until(async () => (await house.blocked()) === 1);

          if (how !== 'restarted') await house.server.kill();
          await house.server.restart();
          const other = house.queue<number>(name);
          (await other.put(2)).unwrap();
          (await other.put(3)).unwrap();

          // One of the two who wait has each; who waits in `get` is served only once.
          const [got] = await Promise.all([patient, until(() => consumer.tasks.length === 2)]);
          const last = got.unwrap();
          assert.ok((await last.ack()).ok);
          assert.deepEqual([...consumer.tasks.map(({ payload }) => payload), last.payload].sort(), [1, 2, 3]);
          await until(async () => (await house.remains(name)).join() === 'totals,meta', { what: 'nothing is left' });
          assert.equal((await other.stats()).unwrap().acked, 3);
        },
        { redis: DURABLE },
      ),
    );

  it(
    'row 14: unsubscribed while the take is under way: what it brings is handed back at once, in order, to the front',
    inHouse(async (house) => {
      const name = house.name();
      await house.loadScripts();
      const relay = await house.relay();
      const queue = house.queue<number>(name, { connection: relay.url, sweepEvery: null });
      const consumer = house.consume(queue);
      await until(async () => (await house.blocked()) === 1);
      relay.onRequest((bytes) => {
        if (takes(bytes)) consumer.unsubscribe();
        return 'pass';
      });
      const direct = house.queue<number>(name, { sweepEvery: null });
      (await direct.putMulti([1, 2, 3, 4])).unwrap();

      const first = (await direct.getMulti(3)).unwrap();
      assert.deepEqual(consumer.tasks, [], 'nothing was emitted after the unsubscribe');
      const rest = first.length === 4 ? [] : (await direct.getMulti(4 - first.length)).unwrap();
      assert.deepEqual(
        [...first, ...rest].map(({ payload, deliveries }) => [payload, deliveries]),
        [1, 2, 3, 4].map((payload) => [payload, 1]),
      );
    }),
  );

  it(
    'row 14: unsubscribed as a task arrives, a hundred times: it goes to the next consumer, undelayed',
    inHouse(async (house) => {
      const name = house.name();
      const direct = house.queue<number>(name, { sweepEvery: null });
      const leaver = house.queue<number>(name, { connection: house.connect(), sweepEvery: null });
      let [his, others] = [0, 0];
      // A hundred times, and on with longer waits until each of the two has happened.
      for (let round = 0; round < 100 || (round < 500 && Math.min(his, others) === 0); round++) {
        const leaving = house.consume(leaver);
        if (round % 4 === 0) await until(async () => (await house.blocked()) > 0, { every: 0 });
        const put = direct.put(round);
        // From the same turn of the event loop to some milliseconds later.
        for (let turns = round % (10 + Math.max(round - 100, 0)); turns > 0; turns--) await new Promise(setImmediate);
        leaving.unsubscribe();
        (await put).unwrap();

        // He has it, or whoever asks now gets it, long before any lease ends.
        const asked = performance.now();
        const given = direct.get({ timeout: 5_000 });
        const [taken] = await until(
          async () => (leaving.tasks.length > 0 ? leaving.tasks : ([(await given).unwrap()] as const)),
          { every: 0 },
        );
        assert.equal(taken?.payload, round);
        assert.equal(taken?.deliveries, 1, 'nobody has seen it before');
        assert.ok(performance.now() - asked < 2_500, `round ${round} took ${performance.now() - asked} ms`);
        if (leaving.tasks.length > 0) {
          his++;
          (await direct.put(-1)).unwrap();
          const decoy = (await given).unwrap();
          assert.equal(decoy.payload, -1);
          await decoy.ack();
        } else others++;
        assert.ok((await taken?.ack())?.ok);
      }
      assert.ok(his > 0 && others > 0, `all went one way: ${his} ${others}`);
      const { ready, leased } = (await direct.stats()).unwrap();
      assert.deepEqual({ ready, leased }, { ready: 0, leased: 0 });
    }),
  );
});
