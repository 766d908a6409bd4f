import assert from 'node:assert/strict';
import { UniqueQueue } from '../../src/structures/uniqueQueue.ts';
import { type House, inHouse } from '../support/house.ts';
import { describe } from '../support/it.ts';

const WAITING = 200_000;
/** MB a consumer may take at most, whatever waits. */
const MOST = 120;
/** ms a script may keep Redis from everybody else. */
const LONGEST = 10;

const ROUNDS = 5;

const MB = 1024 * 1024;
const OWN = { redis: { args: ['--slowlog-log-slower-than', '0', '--slowlog-max-len', '20000'] } };

/** How many ms each script took since last asked. By the clock on the wall: Redis may have had to wait for its turn. */
const durations = async (house: House): Promise<number[]> => {
  const log = (await house.client.slowlog('GET', '20000')) as [number, number, number, string[]][];
  await house.client.slowlog('RESET');
  return log.filter(([, , , [command = '']]) => /^EVAL/i.test(command)).map(([, , us]) => us / 1_000);
};

const orders = (count: number): object[] =>
  Array.from({ length: count }, (_, i) => ({ id: i, kind: 'order', text: 'x'.repeat(60) }));

const fill = async (house: House, name: string): Promise<void> => {
  const queue = house.queue<object>(name);
  for (let from = 0; from < WAITING; from += 1_000) (await queue.putMulti(orders(1_000))).unwrap();
  await durations(house);
};

describe('bounded', (it) => {
  it(
    `a consumer with prefetch 100 stays under ${MOST} MB with ${WAITING} tasks waiting, and keeps Redis from nobody`,
    inHouse(async (house) => {
      const name = house.name();
      await fill(house, name);
      const worker = house.worker('bounded', { url: house.url, name, count: WAITING, prefetch: 100 });
      const { most, empty, ms } = (await worker.heard({ done: WAITING })) as Record<string, number>;
      const mb = (most as number) / MB;
      const took = (await durations(house)).sort((a, b) => b - a);
      console.log(
        `\n  ${mb.toFixed(1)} MB at most (${((empty as number) / MB).toFixed(1)} before the first), ` +
          `${WAITING} tasks in ${((ms as number) / 1_000).toFixed(1)} s, ` +
          `${took.length} scripts, the longest ${took[0]} ms, half of them under ${took[took.length >> 1]} ms`,
      );
      assert.ok(mb < MOST, `${mb} MB`);
      const { acked, ready, leased } = (await house.queue(name).stats()).unwrap();
      assert.deepEqual({ acked, ready, leased }, { acked: WAITING, ready: 0, leased: 0 });
      // One in a hundred may have been interrupted by another process; what is long by itself is so more often.
      const long = took.filter((each) => each >= LONGEST);
      assert.ok(
        long.length <= took.length / 100,
        `${long.length} of ${took.length} took ${LONGEST} ms or more: ${long}`,
      );
    }, OWN),
  );

  it(
    `no script takes ${LONGEST} ms with ${WAITING} waiting, whatever is asked; one step of 10,000 puts is told apart`,
    inHouse(async (house) => {
      const name = house.name();
      const queue = house.queue<unknown>(name, { sweepEvery: null });
      await fill(house, name);

      // The longest script of each step, of the quietest round: noise does not hit the same step every time.
      const longest = new Map<string, number>();
      const step = async <T>(what: string, asked: Promise<{ unwrap(): T }>): Promise<T> => {
        const answer = (await asked).unwrap();
        const ms = Math.max(...(await durations(house)));
        longest.set(what, Math.min(ms, longest.get(what) ?? Number.POSITIVE_INFINITY));
        return answer;
      };
      const kinds = ['ack', 'fail', 'release', 'kill'] as const;
      for (let round = 0; round < ROUNDS; round++) {
        await step('putMulti(1,000)', queue.putMulti(orders(1_000)));
        await step('putMulti(1,000) with delay', queue.putMulti(orders(1_000), { delay: 1 }));
        await step('getMulti(5,000)', queue.getMulti(5_000));
        await step('requeue', queue.requeue());
        const tasks = await step('getMulti(5,000) again', queue.getMulti(5_000));
        await house.expire(name);
        await durations(house);
        await step('sweep of 5,000', queue.sweep());
        const mixed = await step('getMulti(2,000)', queue.getMulti(2_000));
        assert.equal(mixed[0]?.id, tasks[0]?.id);
        const settled = Promise.all(mixed.map((task, i) => task[kinds[i % 4] as 'ack']()));
        await step(
          'ack, fail, release, kill of 2,000',
          settled.then((all) => ({ unwrap: () => all })),
        );
        await step('remove', queue.remove(mixed[2]?.id as string));
        await step('stats', queue.stats());
        await step('dead.list', queue.dead.list({ limit: 1_000 }));
        await step('dead.replay', queue.dead.replay('all'));
        await step('pause', queue.pause());
        await step('resume', queue.resume());
        if (round < ROUNDS - 2) continue;
        await step('putMulti(10,000)', queue.putMulti(orders(10_000)));
        await step(
          'putMulti(10,000) with own ids',
          queue.putMulti(orders(10_000), { id: (_, i) => `own ${round} ${i}` }),
        );
        await step('putMulti(10,000) with delay', queue.putMulti(orders(10_000), { delay: 100_000 }));
      }
      // Purging all of it takes hundreds of scripts, of which one in a hundred may have been interrupted.
      (await queue.purge()).unwrap();
      const purges = (await durations(house)).sort((a, b) => b - a);
      longest.set('purge', purges[Math.ceil(purges.length / 100)] ?? 0);

      const lines = [...longest].map(([what, ms]) => `${ms.toFixed(1).padStart(6)} ms  ${what}`);
      console.log(`\n  the longest script of each:\n  ${lines.join('\n  ')}`);
      for (const [what, ms] of longest) {
        // One atomic step of 10,000 cannot be had in less than this; it must only not grow out of proportion.
        const most = what.startsWith('putMulti(10,000)') ? 25 * LONGEST : LONGEST;
        assert.ok(ms < most, `${what}: ${ms} ms`);
      }
    }, OWN),
  );

  it(
    `no script takes ${LONGEST} ms, whatever is forgotten, buried or kept out, by thousands`,
    inHouse(async (house) => {
      const name = house.name();
      const open = (maxAge?: number) => {
        const options = { connection: house.url, sweepEvery: null, maxItems: 1_000_000, ...(maxAge && { maxAge }) };
        const queue = new UniqueQueue<object | string>(name, { ...options, unique: { until: 'leased' } });
        house.atEnd(() => queue.close({ timeout: 0 }));
        return queue;
      };
      const [queue, strict] = [open(), open(1)];
      const plain = house.queue<object | string>(name, { sweepEvery: null });
      const longest = new Map<string, number>();
      const step = async <T>(what: string, asked: Promise<{ unwrap(): T }>): Promise<T> => {
        const answer = (await asked).unwrap();
        const ms = Math.max(...(await durations(house)));
        longest.set(what, Math.min(ms, longest.get(what) ?? Number.POSITIVE_INFINITY));
        return answer;
      };
      const fillUp = async (same: number): Promise<void> => {
        const half = Array<string>(same).fill('same');
        for (const more of [{}, { priority: 3 }, { delay: 100_000 }]) (await plain.putMulti(half, more)).unwrap();
      };
      await durations(house);
      for (let round = 0; round < ROUNDS; round++) {
        await step('putMulti(1,000), unique', queue.putMulti(orders(1_000)));
        await step('putMulti(1,000) of twins', queue.putMulti(orders(1_000)));
        await step('putMulti(500), ranked', queue.putMulti(orders(1_500).slice(1_000), { priority: 1 }));
        const tasks = await step('getMulti(1,500), unique', queue.getMulti(1_500, { timeout: 0 }));
        assert.equal(tasks.length, 1_500);
        await step('requeue', queue.requeue());
        const again = await step('getMulti(1,500), unique, again', queue.getMulti(1_500, { timeout: 0 }));
        await step('putMulti(1,000) of what is held', queue.putMulti(orders(1_000)));
        const kinds = ['ack', 'fail', 'release', 'kill'] as const;
        const settled = Promise.all(again.map((task, i) => task[kinds[i % 4] as 'ack']()));
        await step(
          'settling 1,500, unique and ranked',
          settled.then((all) => ({ unwrap: () => all })),
        );
        await step('dead.replay', queue.dead.replay('all'));
        await step('purge', queue.purge());
        await fillUp(1_700);
        assert.equal(await step('removeMatching, 5,100 of 5,100', plain.removeMatching('same')), 5_100);
        await fillUp(1_700);
        assert.equal(
          await step('removeMatching, the oldest 2,000', plain.removeMatching('same', { count: -2_000 })),
          2_000,
        );
        assert.equal(await step('removeMatching, none', plain.removeMatching('other')), 0);
        assert.equal(await step('purge, ghosts among them', plain.purge()), 3_100);
        for (let i = 0; i < 5; i++) await step('putMulti(1,000)', plain.putMulti(orders(1_000)));
        await new Promise((resolve) => setTimeout(resolve, 2));
        await step('getMulti(1) among what is too old', strict.getMulti(1, { timeout: 0 }));
        await step('getMulti(1,000) of what is too old', strict.getMulti(1_000, { timeout: 0 }));
        await step('dead.purge', plain.dead.purge());
        await step('purge of the rest', plain.purge());
        (await plain.putMulti(orders(1_000))).unwrap();
        await plain.getMulti(1_000, { timeout: 0 });
        await step('dropLeased', plain.dropLeased());
      }
      const lines = [...longest].map(([what, ms]) => `${ms.toFixed(1).padStart(6)} ms  ${what}`);
      console.log(`\n  the longest script of each:\n  ${lines.join('\n  ')}`);
      for (const [what, ms] of longest) assert.ok(ms < LONGEST, `${what}: ${ms} ms`);
    }, OWN),
  );
});
