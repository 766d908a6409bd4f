import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { firstValueFrom, type Observable } from 'rxjs';
import { poolKeysOf } from '../../src/broker/keys.ts';
import { scripts } from '../../src/broker/pool/scripts.ts';
import type { Codec } from '../../src/codecs/codec.ts';
import { ackOnComplete } from '../../src/operators/ackOnComplete.ts';
import { Queue } from '../../src/queue.ts';
import { type AddOptions, Pool } from '../../src/structures/pool.ts';
import type { PoolOptions } from '../../src/structures/poolOptions.ts';
import type { Settled, Task } from '../../src/task.ts';
import { ack, fail, marbles } from '../../src/testing/index.ts';
import { codeOf, type House, inHouse } from '../support/house.ts';
import { describe } from '../support/it.ts';
import { inStep, replication } from '../support/replicas.ts';
import { until } from '../support/until.ts';

// What a pool is in Redis. What it promises its users is specified by the contract, on both storages.

const poolIn = <T>(house: House, name: string, options: PoolOptions<T> = {}): Pool<T> => {
  const pool = new Pool<T>(name, { connection: house.url, ...options });
  house.atEnd(() => pool.close({ timeout: 0 }));
  return pool;
};

describe('Pool', (it) => {
  it('misuse throws at the call, naming method and argument', async () => {
    await using pool = new Pool('misused', { connection: 'memory:' });
    const throws = (call: () => unknown, says: RegExp): void => assert.throws(call, says);
    throws(() => new Pool(''), /^RangeError: Pool: name is "", expected a string that is not empty/);
    throws(
      () => pool.addMulti('ab' as unknown as string[]),
      /^TypeError: addMulti: members is "ab", expected an array/,
    );
    throws(() => pool.add('a', 3 as AddOptions), /^TypeError: add: options is 3/);
    throws(() => pool.add('a', { headers: { n: 1 } as never }), /^TypeError: add: headers.n is 1, expected a string/);
    throws(() => pool.addMulti(['a'], { signal: {} as AbortSignal }), /^TypeError: addMulti: signal is an object/);
    throws(() => pool.remove(undefined as unknown as Task), /^TypeError: remove: task is undefined/);
    throws(() => pool.getMulti(0), /^RangeError: getMulti: n is 0/);
    await using queue = new Queue('misused', { connection: 'memory:' });
    await queue.put('a');
    const task = (await queue.getNowait()).unwrap();
    throws(() => pool.remove(task), /^TypeError: remove: task is an object \(Task\), expected a task of misused/);
    assert.ok((await task.ack()).ok);
  });

  it('its types follow from the codec, or from what is said', async () => {
    interface Feed {
      readonly url: string;
    }
    const codec: Codec<Feed> = {
      name: 'feed',
      encode: ({ url }) => Buffer.from(url),
      decode: (b) => ({ url: `${b}` }),
    };
    await using feeds = new Pool('typed', { connection: 'memory:', codec });
    (await feeds.add({ url: 'x' })).unwrap();
    // @ts-expect-error: no url
    assert.equal(codeOf(await feeds.add({})), 'CODEC');
    const settled: Observable<Settled<string>> = feeds.process(async ({ payload }) => payload.url);
    assert.equal((await firstValueFrom(settled)).value, 'x');
    const tasks: Observable<Task<Feed>> = feeds.tasks();
    assert.ok(tasks);
  });

  it(
    'its pipelines have marble specs as those of a queue, up to its sink',
    marbles(({ tasks, cold, expectSettlements }) => {
      const pool = new Pool('in marbles', { connection: 'memory:' });
      const works = { a: cold('--|'), b: cold('--#', {}, new Error('boom')) };
      const taken = tasks('     -ab---|');
      const expected = '        ---AB-|';
      const settled = taken.pipe(
        ackOnComplete(({ id }) => works[id as 'a' | 'b'], { concurrency: 2 }),
        pool.settle(),
      );
      expectSettlements(settled).toBe(expected, { A: ack('a'), B: fail('b', 'boom') });
    }),
  );

  it(
    'a queue and a pool of one name keep out of each other’s keys',
    inHouse(async (house) => {
      const name = house.name();
      const pool = poolIn<string>(house, name);
      const queue = house.queue<string>(name, { sweepEvery: null });
      (await pool.add('a')).unwrap();
      const told = await queue.put('b');
      assert.equal(codeOf(told), 'LAYOUT');
      assert.match(String(told.val), /The keys of this name are a pool's, of layout pool-1/);
      for (const call of [queue.getNowait(), queue.stats(), queue.purge(), queue.sweep()])
        assert.equal(codeOf((await call) as never), 'LAYOUT');

      const other = house.name();
      (await house.queue<string>(other).put('a')).unwrap();
      const wrong = poolIn<string>(house, other);
      const calls = [
        wrong.add('b'),
        wrong.getNowait(),
        wrong.stats(),
        wrong.clear(),
        wrong.delete('a'),
        wrong.has('a'),
      ];
      for (const call of calls) {
        const result = await call;
        assert.equal(codeOf(result), 'LAYOUT');
        assert.match(String(result.val), /The keys of this name are a queue's, of layout \S+:/);
      }
      assert.equal((await pool.getNowait()).unwrap().payload, 'a');
    }),
  );

  it(
    'a key of another type is found out before anything is written',
    inHouse(async (house) => {
      for (const key of ['members', 'due', 'leases', 'rounds', 'wake'] as const) {
        const name = house.name();
        const keys = poolKeysOf('millrace', name);
        const pool = poolIn<string>(house, name);
        await house.client.set(keys[key], 'mine');
        assert.equal(codeOf(await pool.add('a')), 'LAYOUT', key);
        const there = await Promise.all(Object.values(keys).map((each) => house.client.exists(each)));
        assert.equal(there.filter(Boolean).length, 1, key);
      }
    }),
  );

  it(
    'an idle consumer asks for nothing until a member is due, be it that its lease runs out',
    inHouse(
      async (house) => {
        const name = house.name();
        const pool = poolIn<string>(house, name, { every: 1_500, lease: 60_000 });
        (await pool.addMulti(['acked', 'lapsed'])).unwrap();
        const seen: string[] = [];
        const consumers = [0, 1].map(() => poolIn<string>(house, name, { lease: 60_000 }));
        const [acked, lapsed] = (await pool.getMulti(2)).unwrap() as [Task<string>, Task<string>];
        (await acked.ack()).unwrap();
        for (const each of consumers) each.tasks().subscribe(({ payload }) => seen.push(payload));
        (await lapsed.extend(2_500)).unwrap();
        await until(async () => (await house.blocked()) === 2);
        await sleep(200);
        const asked: string[][] = [];
        const monitor: Redis = await house.client.monitor();
        house.atEnd(() => monitor.disconnect());
        monitor.on('monitor', (_time: string, args: string[], source: string) => source !== 'lua' && asked.push(args));
        await sleep(700);
        assert.equal(asked.flat().join(' '), '', 'quiet while nothing is due');
        await until(() => seen.length === 2);
        assert.deepEqual(seen, ['acked', 'lapsed']);
        const takes = asked.filter(([, sha]) => sha === scripts.take.sha);
        assert.ok(takes.length <= 8, `${takes.length} takes`);
      },
      { redis: {} },
    ),
  );

  it(
    'a full Redis refuses new members, and lets those there are come round',
    inHouse(
      async (house) => {
        const pool = poolIn<string>(house, house.name(), { every: 10, lease: 300, retry: { backoff: 10 } });
        (await pool.addMulti(['a', 'b', 'c', 'd'])).unwrap();
        const [a, b, c, d] = (await pool.getMulti(4)).unwrap() as Task<string>[];
        const spare = (await pool.stats()).unwrap();
        assert.equal(spare.leased, 4);
        await house.client.config('SET', 'maxmemory', '1');
        assert.equal(codeOf(await pool.add('e')), 'FULL');
        assert.equal(codeOf(await pool.add('a')), 'FULL');
        assert.deepEqual((await pool.stats()).unwrap(), { size: 4, due: 0, leased: 4 });
        await sleep(500); // renewed meanwhile
        const settled = [a?.ack(), b?.fail('no'), c?.release(), pool.remove(d as Task<string>)];
        for (const each of settled) assert.equal(codeOf((await each) as never), 'ok');
        const taken: string[] = [];
        while (taken.length < 3) taken.push((await pool.get({ timeout: 5_000 })).unwrap().payload);
        assert.deepEqual(taken.sort(), ['a', 'b', 'c']);
      },
      { redis: { args: ['--maxmemory-policy', 'noeviction'] } },
    ),
  );

  it(
    'with too few replicas every write answers REPLICAS, and stays',
    inHouse(async (house) => {
      const { master, replicas } = await replication(house, 1);
      const waits = { connection: master.url, replicas: { count: 1, timeout: 200 }, every: 60_000 };
      const pool = poolIn<string>(house, house.name(), waits);
      assert.equal((await pool.add('a')).unwrap().added, true);
      const task = (await pool.get()).unwrap();

      replicas[0]?.freeze();
      const short = await pool.addMulti(['b', 'c', 'd']);
      assert.equal(codeOf(short), 'REPLICAS');
      assert.equal(short.err && short.val.ids?.length, 3);
      for (const write of [task.ack(), pool.delete('c')]) assert.equal(codeOf(await write), 'REPLICAS');
      assert.deepEqual((await pool.stats()).unwrap(), { size: 3, due: 2, leased: 0 });
      assert.equal(codeOf(await pool.clear()), 'REPLICAS');
      replicas[0]?.thaw();
      await inStep(house, master, 1);
      assert.equal((await pool.add('a')).unwrap().added, true);
    }),
  );

  it(
    'nothing is left in Redis of members that are gone',
    inHouse(async (house) => {
      const name = house.name();
      const pool = poolIn<string>(house, name, { retry: { backoff: 0 } });
      (await pool.addMulti(['a', 'b', 'c', 'd'])).unwrap();
      const [a, b, c] = (await pool.getMulti(3)).unwrap() as [Task<string>, Task<string>, Task<string>];
      (await a.fail('x')).unwrap();
      (await pool.remove(b)).unwrap();
      (await c.release()).unwrap();
      for (const each of ['a', 'c']) assert.ok((await pool.delete(each)).unwrap());
      assert.equal((await pool.clear()).unwrap(), 1);
      const left = (await house.client.keys(`millrace:{${name}}:*`)).map((key) => key.replace(/.*:/, ''));
      assert.deepEqual(left.filter((key) => key !== 'wake').sort(), ['meta']);
    }),
  );

  it(
    'what somebody deleted from Redis under it is told, not handed out',
    inHouse(async (house) => {
      const name = house.name();
      const pool = poolIn<string>(house, name);
      const missing: string[] = [];
      pool.events.subscribe((event) => event.type === 'missing' && missing.push(event.id));
      const [a] = (await pool.addMulti(['a', 'b'])).unwrap();
      await house.client.hdel(poolKeysOf('millrace', name).members, a?.id as string);
      const taken = (await pool.getMulti(5)).unwrap();
      assert.deepEqual(
        taken.map(({ payload }) => payload),
        ['b'],
      );
      assert.deepEqual(missing, [a?.id]);
    }),
  );

  it(
    'a take of 100 costs the same, however many members there are and are due',
    inHouse(
      async (house) => {
        const cost = async (size: number): Promise<number> => {
          const name = house.name();
          const pool = poolIn<number>(house, name);
          const { members, due } = poolKeysOf('millrace', name);
          const fill = `
            for i = ARGV[1], ARGV[1] + 9999 do
              redis.call('HSET', KEYS[1], 'member-' .. i, '1700000000000 json\\n' .. i)
              redis.call('ZADD', KEYS[2], 1700000000000000 + i, 'member-' .. i)
            end`;
          for (let i = 0; i < size; i += 10_000) await house.client.eval(fill, 2, members, due, i);
          await pool.stats();
          await house.client.slowlog('RESET');
          const held: Task<number>[] = []; // what is let go of comes back
          for (let i = 0; i < 40; i++) held.push(...(await pool.getMulti(100)).unwrap());
          const log = (await house.client.slowlog('GET', '2000')) as [number, number, number, string[]][];
          const took = log.filter(([, , , [name = '']]) => /^EVAL/i.test(name)).map(([, , micros]) => micros);
          assert.equal((await pool.stats()).unwrap().due, size - held.length);
          assert.equal(held.length, 4_000);
          return took.sort((a, b) => a - b)[20] as number; // half of them: other processes interrupt some
        };
        await cost(10_000);
        const [small, large] = [await cost(10_000), await cost(300_000)];
        console.log(`\n  a take of 100 lasts ${small} µs among 10,000 members, ${large} µs among 300,000`);
        assert.ok(large < 3 * small, `${large} µs, ${small} µs`);
      },
      { redis: { args: ['--slowlog-log-slower-than', '0', '--slowlog-max-len', '2000'] } },
    ),
  );
});
