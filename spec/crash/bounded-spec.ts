import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { keysOf } from '../../src/broker/keys.ts';
import { inHouse } from '../support/house.ts';
import { describe } from '../support/it.ts';
import { until } from '../support/until.ts';

// The row of the crash table about bounded queues.

const PRODUCERS = 6;
const EACH = 60;
const MOST = 5;

describe('crash table, bounded queues', (it) => {
  it(
    `row 15: ${PRODUCERS} producers at once, half of them killed while they wait: never over maxItems, nothing lost`,
    inHouse(async (house) => {
      const name = house.name();
      const { ready } = keysOf('millrace', name);
      const producers = Array.from({ length: PRODUCERS }, (_, i) =>
        house.worker('producer', { url: house.url, name, maxItems: MOST, from: 1_000 * i, count: EACH }),
      );
      for (const producer of producers) await producer.heard({ ready: true });
      // Whoever waits does so in Redis; all six do, once it is full.
      await until(async () => (await house.blocked()) === PRODUCERS, { what: 'all producers wait for room' });

      const watcher = house.connect();
      const lengths: number[] = [];
      let watching = true;
      const watched = (async () => {
        while (watching) lengths.push(await watcher.llen(ready));
      })();

      const queue = house.queue<number>(name, { maxItems: MOST });
      const seen: number[] = [];
      const take = async (): Promise<void> => {
        const task = (await queue.get()).unwrap();
        seen.push(task.payload);
        (await task.ack()).unwrap();
      };
      // Some at once and some one after the other, so that wake-ups are under way when a producer dies.
      const [doomed, living] = [producers.slice(0, PRODUCERS / 2), producers.slice(PRODUCERS / 2)];
      for (const producer of doomed) {
        await Promise.all([take(), take(), take()]);
        producer.signal('SIGKILL');
        for (let i = 0; i < 7; i++) await take();
        await producer.exited;
      }
      const consumer = house.consume(queue, 2, async (task) => {
        seen.push(task.payload as number);
        await sleep(1);
        (await task.ack()).unwrap();
      });
      for (const producer of living) await producer.heard({ done: true });
      await until(
        async () => (await queue.stats()).unwrap().ready === 0 && (await queue.stats()).unwrap().leased === 0,
      );
      consumer.unsubscribe();
      watching = false;
      await watched;

      const over = lengths.filter((length) => length > MOST);
      assert.ok(lengths.length > 100, `looked ${lengths.length} times only`);
      assert.deepEqual(over, [], `more than ${MOST} waited`);
      assert.equal(new Set(seen).size, seen.length, 'none came twice');
      const told = producers.map(({ said }) => said.flatMap(({ put }) => (put === undefined ? [] : [put as number])));
      for (const n of told.flat()) assert.ok(seen.includes(n), `${n} was put, and is lost`);
      for (const [i] of producers.entries()) {
        const own = seen.filter((n) => Math.floor(n / 1_000) === i);
        assert.deepEqual(
          own,
          [...own].sort((a, b) => a - b),
          'of one producer in order',
        );
        // Its last put may have taken effect without its hearing of it.
        assert.ok(own.length - (told[i]?.length ?? 0) <= (i < doomed.length ? 1 : 0));
      }
      assert.equal(told.slice(doomed.length).flat().length, living.length * EACH);
      assert.ok(producers.every(({ said }) => said.every(({ error }) => error === undefined)));
    }),
  );
});
