import assert from 'node:assert/strict';
import { codeOf, inHouse } from '../support/house.ts';
import { describe } from '../support/it.ts';
import { inStep, replication } from '../support/replicas.ts';
import { MASTER, startSentinel } from '../support/sentinel.ts';
import { until } from '../support/until.ts';

describe('Sentinel', (it) => {
  it(
    'a master that dies under a consumer: it goes on with the new one, and what was replicated is all there',
    inHouse(async (house) => {
      const { master, replicas } = await replication(house, 2);
      const sentinel = await startSentinel(house, master);
      const connection = { sentinels: [{ host: '127.0.0.1', port: sentinel.port }], name: MASTER };
      const name = house.name();
      const consumer = house.queue<number>(name, { connection, lease: 2_000, sweepEvery: 500 });
      const done = new Set<number>();
      let error: unknown;
      consumer
        .process(
          async ({ payload }) => {
            await new Promise((resolve) => setTimeout(resolve, 20));
            done.add(payload);
          },
          { concurrency: 4 },
        )
        .subscribe({
          error: (thrown) => {
            error = thrown;
          },
        });

      // Each put is repeated until it is Ok; Ok means that a replica has it, whichever is promoted.
      const producer = house.queue<number>(name, { connection, replicas: { count: 2, timeout: 500 }, patience: 1_000 });
      const heldUp: string[] = [];
      const surely = async (n: number): Promise<void> => {
        for (;;) {
          const put = await producer.put(n, { id: `n${n}` });
          if (put.ok) return;
          heldUp.push(codeOf(put));
          assert.ok(heldUp.length < 100, `put ${n}: ${put.val.message}`);
          // The one that died never comes back: one replica is left.
          if (put.val.code === 'REPLICAS' && /^1 of 2/.test(put.val.message)) return;
        }
      };
      for (let n = 0; n < 60; n++) {
        if (n === 20) await master.kill();
        await surely(n);
      }
      await until(() => done.size === 60, { what: 'all is done', within: 30_000 });
      assert.equal(error, undefined);
      assert.ok(heldUp.length > 0, 'the failover was felt');

      const roles = await Promise.all(replicas.map(({ url }) => house.connect(url).role()));
      assert.deepEqual(roles.map(([role]) => role).sort(), ['master', 'slave']);
      await until(async () => {
        const { ready, leased, delayed, dead } = (await consumer.stats()).unwrap();
        return ready + leased + delayed + dead === 0;
      });
    }),
    { timeout: 120_000 },
  );

  it(
    'a planned failover: writes to the old master look for the new one by themselves',
    inHouse(async (house) => {
      const { master } = await replication(house, 1);
      const sentinel = await startSentinel(house, master);
      const connection = { sentinels: [{ host: '127.0.0.1', port: sentinel.port }], name: MASTER };
      const queue = house.queue<number>(house.name(), { connection, patience: 20_000 });
      (await queue.put(1)).unwrap();
      await inStep(house, master, 1);
      const before = house.connect(master.url);
      await until(async () => {
        const answer = await house.connect(sentinel.url).call('SENTINEL', 'FAILOVER', MASTER).catch(String);
        return answer === 'OK';
      });
      await until(async () => /role:slave/.test(await before.info('replication')), { within: 30_000 });
      (await queue.put(2)).unwrap();
      assert.deepEqual(
        (await queue.getMulti(2)).unwrap().map(({ payload }) => payload),
        [1, 2],
      );
    }),
    { timeout: 120_000 },
  );
});
