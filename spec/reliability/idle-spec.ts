import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { scripts } from '../../src/broker/scripts.ts';
import { type House, inHouse } from '../support/house.ts';
import { describe } from '../support/it.ts';
import { until } from '../support/until.ts';

interface Seen {
  /** What clients asked for. */
  readonly asked: string[][];
  /** What their scripts did, line by line. */
  inside: number;
}

/** Everything Redis is told from now on. */
const watch = async (house: House): Promise<Seen> => {
  const seen: Seen = { asked: [], inside: 0 };
  const monitor = await house.client.monitor();
  house.atEnd(() => monitor.disconnect());
  monitor.on('monitor', (_time: string, args: string[], source: string) => {
    if (source === 'lua') seen.inside++;
    // `house.blocked()` and its like are ours.
    else if (!/^(info|ping)$/i.test(args[0] ?? '')) seen.asked.push(args);
  });
  return seen;
};

const isTake = ([, sha]: string[]): boolean =>
  [scripts.take, scripts.turn, scripts.plain].some((each) => each.sha === sha);

describe('idle', (it) => {
  const OWN = { redis: {} };

  it(
    'a consumer asks Redis at most three things in 10 s, and nothing on the producer side',
    inHouse(async (house) => {
      const count = 3;
      const queues = Array.from({ length: count }, () => house.queue<number>(house.name()));
      const consumers = queues.map((queue) => house.consume(queue, 8, (task) => task.ack()));
      // What has worked before is as quiet as what never had anything to do.
      (await queues[0]?.putMulti([1, 2, 3]))?.unwrap();
      await until(async () => (await queues[0]?.stats())?.unwrap().acked === 3);
      const producer = house.queue<number>(house.name());
      (await producer.put(1)).unwrap();
      await until(async () => (await house.blocked()) === count);

      const seen = await watch(house);
      // A little longer than a block lasts, so that its end is seen.
      await sleep(10_500);
      const asked = seen.asked.map(([name = '']) => name.toUpperCase());
      console.log(
        `\n  ${asked.length} commands from ${count} idle consumers in 10 s (${asked.join(' ')}), ` +
          `${asked.length + seen.inside} lines of MONITOR with what the scripts do`,
      );
      assert.ok(asked.length <= 3 * count, asked.join(' '));
      (await producer.stats()).unwrap();
      await until(() => seen.asked.length > asked.length, { what: 'MONITOR sees anything at all' });
      assert.deepEqual(
        consumers.map(({ error }) => error),
        Array.from({ length: count }, () => undefined),
      );
    }, OWN),
  );

  it(
    'one task wakes one of eight idle consumers, and nobody else looks',
    inHouse(async (house) => {
      const name = house.name();
      await house.loadScripts();
      const consumers = Array.from({ length: 8 }, () => {
        const queue = house.queue<number>(name, { sweepEvery: null });
        return house.consume(queue, 1, (task) => task.ack());
      });
      await until(async () => (await house.blocked()) === 8);
      const queue = house.queue<number>(name);
      (await queue.stats()).unwrap();

      const seen = await watch(house);
      for (let i = 0; i < 8; i++) {
        (await queue.put(i)).unwrap();
        await until(async () => (await queue.stats()).unwrap().acked === i + 1);
        await until(async () => (await house.blocked()) === 8);
      }
      const sum = consumers.reduce((all, { tasks }) => all + tasks.length, 0);
      assert.equal(sum, 8);
      // One take brings the task; the one that travels with its ack finds that there is nothing left.
      const takes = seen.asked.filter(isTake).length;
      console.log(`\n  ${takes} takes for 8 tasks, one after the other, with 8 idle consumers`);
      assert.ok(takes < 32, `${takes} takes for 8 tasks: were they all to look, it were 64`);
      assert.ok(
        consumers.every(({ tasks }) => tasks.length === 1),
        'they take turns',
      );
    }, OWN),
  );

  it(
    'a batch wakes as many as it has work for: the wake-up passes down the line',
    inHouse(async (house) => {
      const name = house.name();
      // They hold what they get, so each must be woken for his own.
      const consumers = Array.from({ length: 6 }, () =>
        house.consume(house.queue<number>(name, { sweepEvery: null }), 1),
      );
      await until(async () => (await house.blocked()) === 6);
      const began = performance.now();
      (await house.queue<number>(name).putMulti([1, 2, 3, 4, 5, 6])).unwrap();
      await until(() => consumers.every(({ tasks }) => tasks.length === 1), { within: 5_000 });
      assert.ok(performance.now() - began < 2_000);
    }, OWN),
  );

  it(
    'wakes for a delayed task when it is due, and for an earlier one put later',
    inHouse(async (house) => {
      const queue = house.queue<string>(house.name(), { sweepEvery: null });
      const began = performance.now();
      const at: Record<string, number> = {};
      const consumer = house.consume(queue, 8, (task) => {
        at[task.payload] = performance.now() - began;
        task.ack();
      });
      await until(async () => (await house.blocked()) === 1);
      (await queue.put('later', { delay: 900 })).unwrap();
      (await queue.put('sooner', { delay: 300 })).unwrap();
      await until(() => consumer.tasks.length === 2);
      const { sooner = 0, later = 0 } = at;
      assert.ok(sooner >= 300 && sooner < 800, `sooner after ${sooner}`);
      assert.ok(later >= 900 && later < 1_600, `later after ${later}`);
    }),
  );
});
