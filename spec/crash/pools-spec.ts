import assert from 'node:assert/strict';
import { poolKeysOf } from '../../src/broker/keys.ts';
import { scripts } from '../../src/broker/pool/scripts.ts';
import { Pool } from '../../src/structures/pool.ts';
import type { PoolOptions } from '../../src/structures/poolOptions.ts';
import type { Task } from '../../src/task.ts';
import { codeOf, type House, inHouse } from '../support/house.ts';
import { describe } from '../support/it.ts';
import { until } from '../support/until.ts';

// Rows of the crash table about pools, with processes that are killed.

const poolIn = <T>(house: House, name: string, options: PoolOptions<T> = {}): Pool<T> => {
  const pool = new Pool<T>(name, { connection: house.url, ...options });
  house.atEnd(() => pool.close({ timeout: 0 }));
  return pool;
};

/** Makes members due since long ago, the first one longest. */
const overdue = async (house: House, name: string, ids: readonly string[]): Promise<void> => {
  const longAgo = (Date.now() - 100_000_000) * 1_000;
  await house.client.zadd(poolKeysOf('millrace', name).due, ...ids.flatMap((id, i) => [longAgo + i, id]));
};

describe('crash table, pools', (it) => {
  it(
    'row 16: members long overdue are handed out once per lease, whoever asks how often',
    inHouse(async (house) => {
      const name = house.name();
      const [pool, other] = [poolIn<string>(house, name), poolIn<string>(house, name)];
      const added = (await pool.addMulti(['a', 'b', 'c', 'd'])).unwrap();
      await overdue(
        house,
        name,
        added.map(({ id }) => id),
      );
      const taken: Task<string>[] = [];
      for (let i = 0; i < 6; i++)
        for (const each of [pool, other]) taken.push(...(await each.getMulti(2, { timeout: 0 })).unwrap());
      assert.equal(taken.map(({ payload }) => payload).join(''), 'abcd');
      assert.deepEqual((await pool.stats()).unwrap(), { size: 4, due: 0, leased: 4 });
    }),
  );

  it(
    'row 16: an overdue member whose holder is killed is handed out once more, when its lease runs out',
    inHouse(async (house) => {
      const name = house.name();
      const lease = 900;
      const pool = poolIn<string>(house, name, { lease });
      const { id } = (await pool.add('a')).unwrap();
      await overdue(house, name, [id]);
      const worker = house.worker('consumer', { url: house.url, name, of: 'Pool', lease });
      await worker.heard({ task: id });
      const others = [0, 1].map(() => {
        const seen: Task<string>[] = [];
        poolIn<string>(house, name, { lease })
          .tasks()
          .subscribe((task) => seen.push(task));
        return seen;
      });
      await worker.kill();
      const end = Number(await house.client.zscore(poolKeysOf('millrace', name).leases, id)) / 1_000;

      const [task] = await until(() => others.find(({ length }) => length > 0));
      assert.deepEqual([task?.payload, task?.deliveries], ['a', 2]);
      const [seconds = 0, micros = 0] = await house.client.time();
      const now = Number(seconds) * 1_000 + Number(micros) / 1_000;
      assert.ok(now >= end, `handed out ${end - now} ms before the lease ran out`);
      assert.ok(now < end + 5_000, `handed out ${now - end} ms after the lease ran out`);
      // It is renewed from now on, so nobody else ever gets it.
      await until(() => (task?.leasedUntil.getTime() ?? 0) > now + 2 * lease, { what: 'it is renewed' });
      assert.equal(others.flat().length, 1);
      assert.equal(codeOf((await task?.ack()) as never), 'ok');
    }),
  );

  it(
    'row 17: add of a leased member: another process gets it, and the settlement of its holder is STALE',
    inHouse(async (house) => {
      const name = house.name();
      const pool = poolIn<string>(house, name);
      const { id } = (await pool.add('a')).unwrap();
      const worker = house.worker('consumer', { url: house.url, name, of: 'Pool', prefetch: 1 });
      await worker.heard({ task: id });

      assert.equal((await pool.add('a')).unwrap().added, false);
      const task = (await pool.get()).unwrap();
      assert.equal(task.payload, 'a');
      for (const settle of ['ack', 'fail', 'kill', 'release']) worker.tell({ settle, id });
      for (const settle of ['ack', 'fail', 'kill', 'release'])
        assert.equal((await worker.heard({ settled: id, as: settle })).code, 'STALE');
      assert.deepEqual((await pool.stats()).unwrap(), { size: 1, due: 0, leased: 1 });
      assert.equal(codeOf(await task.ack()), 'ok');
    }),
  );

  it(
    'row 17: add of a member whose holder was killed spares the wait for its lease',
    inHouse(async (house) => {
      const name = house.name();
      const pool = poolIn<string>(house, name);
      const { id } = (await pool.add('a')).unwrap();
      const worker = house.worker('consumer', { url: house.url, name, of: 'Pool' });
      await worker.heard({ task: id });
      const waiting = pool.get({ timeout: 20_000 });
      await worker.kill();
      (await pool.add('a')).unwrap();
      assert.equal((await waiting).unwrap().deliveries, 1);
    }),
  );

  it(
    'a settlement whose reply is lost is repeated, and answers how the first one ended',
    inHouse(async (house) => {
      const name = house.name();
      const relay = await house.relay();
      const pool = poolIn<string>(house, name, { connection: relay.url, every: 60_000, retry: { backoff: 60_000 } });
      (await pool.addMulti(['ack', 'fail', 'release', 'kill'])).unwrap();
      const tasks = (await pool.getMulti(4)).unwrap();
      for (const task of tasks) {
        const kind = task.payload as 'ack' | 'fail' | 'release' | 'kill';
        let lost = 0;
        relay.onRequest((bytes) => (bytes.includes(scripts.settle.sha) && lost++ === 0 ? 'cut-after-forward' : 'pass'));
        assert.equal(codeOf(await task[kind]()), 'ok', kind);
        assert.ok(lost > 1, 'it was repeated');
      }
      relay.onRequest();
      assert.deepEqual((await pool.stats()).unwrap(), { size: 3, due: 1, leased: 0 });
    }),
  );

  it(
    'a settlement that came too late is still too late when its reply is lost',
    inHouse(async (house) => {
      const name = house.name();
      const relay = await house.relay();
      const pool = poolIn<string>(house, name, { connection: relay.url, every: 60_000 });
      const other = poolIn<string>(house, name);
      (await pool.addMulti(['ack', 'release'])).unwrap();
      const tasks = (await pool.getMulti(2)).unwrap();
      (await other.addMulti(['ack', 'release'])).unwrap();
      for (const task of tasks) {
        let lost = 0;
        relay.onRequest((bytes) => (bytes.includes(scripts.settle.sha) && lost++ === 0 ? 'cut-after-forward' : 'pass'));
        assert.equal(codeOf(await task[task.payload as 'ack' | 'release']()), 'STALE', task.payload);
      }
      assert.deepEqual((await other.stats()).unwrap(), { size: 2, due: 2, leased: 0 });
    }),
  );

  it(
    'many processes never hold one member at a time, and none is forgotten, though one of them is killed',
    inHouse(async (house) => {
      const name = house.name();
      const pool = poolIn<number>(house, name);
      const members = Array.from({ length: 60 }, (_, i) => i);
      (await pool.addMulti(members)).unwrap();
      const options = { url: house.url, name, count: 400, concurrency: 8, every: 0, lease: 5_000 };
      const workers = Array.from({ length: 4 }, () => house.worker('poolWorker', options));
      const victim = house.worker('poolWorker', options);
      const held = async (): Promise<string[]> => {
        const keys = await house.client.keys(`${name}:held:*`);
        const by = keys.length === 0 ? [] : await house.client.mget(keys);
        return keys.filter((_, i) => by[i] === String(victim.pid));
      };
      await until(async () => (await held()).length > 0, { what: 'the one to be killed holds something' });
      await victim.kill();
      const left = await held();
      if (left.length > 0) await house.client.del(left);
      await Promise.all(workers.map((worker) => worker.heard({ done: 400 })));
      // What the killed one held comes round when its leases run out.
      await until(async () => (await house.client.hlen(`${name}:seen`)) === members.length);
      assert.equal((await pool.stats()).unwrap().size, members.length);
      const said = workers.flatMap((worker) => worker.said.filter(({ done }) => done === undefined));
      assert.deepEqual(said, []);
    }),
  );
});
