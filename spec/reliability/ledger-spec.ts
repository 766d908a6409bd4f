import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inHouse } from '../support/house.ts';
import { describe } from '../support/it.ts';
import { until } from '../support/until.ts';
import type { Worker } from '../support/workers.ts';

const TASKS = 20_000;
const CONSUMERS = 4;

describe('ledger', (it) => {
  it(
    `${TASKS} tasks, 2 producers, ${CONSUMERS} consumers, one killed every 300 ms, Redis killed once: all done, nothing left`,
    inHouse(
      async (house) => {
        const name = house.name();
        const { url } = house;
        const folder = mkdtempSync(join(tmpdir(), 'millrace-ledger-'));
        house.atEnd(() => rmSync(folder, { recursive: true, force: true }));
        const queue = house.queue(name, { sweepEvery: null });

        let started = 0;
        const consumer = (): { readonly worker: Worker; readonly file: string } => {
          const file = join(folder, String(++started));
          const worker = house.worker('ledgerConsumer', {
            url,
            name,
            file,
            concurrency: 10,
            takes: 16,
            lease: 1_000,
            sweepEvery: 500,
          });
          return { worker, file };
        };
        const consumers = Array.from({ length: CONSUMERS }, consumer);
        const producers = [0, 1].map((i) =>
          house.worker('ledgerProducer', { url, name, from: (i * TASKS) / 2, count: TASKS / 2, perSecond: 2_000 }),
        );

        // Kills one consumer after the other, until all is done.
        let [over, kills] = [false, 0];
        const killing = (async () => {
          for (let i = 0; !over; i = (i + 1) % CONSUMERS) {
            await sleep(300);
            const { worker, file } = consumers[i] as (typeof consumers)[number];
            // In the middle of its work, some 200 tasks into it, however slow the machine is to start it.
            const atWork = () => over || (existsSync(file) && statSync(file).size > 1_000);
            await until(atWork, { what: 'it works', within: 60_000, every: 10 });
            await worker.kill();
            kills++;
            if (!over) consumers[i] = consumer();
          }
        })();

        await until(async () => (await queue.stats()).unwrap().put > TASKS / 2, { what: 'half of them are put' });
        await house.server.kill();
        await sleep(500);
        await house.server.restart();

        for (const producer of producers) assert.deepEqual((await producer.heard({ put: TASKS / 2 })).failed, []);
        const stats = async () => (await queue.stats()).unwrap();
        await until(async () => (await stats()).acked >= TASKS, { what: 'all are acked', within: 120_000, every: 50 });
        over = true;
        await killing;
        // Whoever died last held nothing that was not acked; idle consumers take the last wake-up away.
        await until(async () => (await house.remains(name)).join() === 'totals,meta', { what: 'nothing is left' });

        const { put, acked, failed, died, returned, ready, leased, delayed, dead } = await stats();
        assert.deepEqual(
          { put, acked, failed, died, ready, leased, delayed, dead },
          { put: TASKS, acked: TASKS, failed: 0, died: 0, ready: 0, leased: 0, delayed: 0, dead: 0 },
        );
        const lines = readdirSync(folder).flatMap((file) =>
          readFileSync(join(folder, file), 'utf8').trim().split('\n'),
        );
        const done = new Set(lines.filter((line) => line !== ''));
        assert.equal(done.size, TASKS, 'every task was done at least once');
        assert.ok(kills >= 15, `only ${kills} were killed`);
        assert.ok(returned > 0, 'none of them held anything');
        assert.ok(
          lines.length < TASKS * 1.1,
          `${lines.length - TASKS} were done twice: far more than were held by the dead`,
        );
        const errors = consumers.flatMap(({ worker }) => worker.said.filter(({ error }) => error !== undefined));
        assert.deepEqual(errors, []);
      },
      { redis: { args: ['--appendonly', 'yes', '--appendfsync', 'always'] } },
    ),
    { timeout: 240_000 },
  );
});
