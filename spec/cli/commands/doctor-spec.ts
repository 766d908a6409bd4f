import assert from 'node:assert/strict';
import { Pool } from '../../../src/structures/pool.ts';
import { describe } from '../../support/it.ts';
import { inShell, type Shell } from '../support/inShell.ts';

type Records = Record<string, unknown>[];
const about = (records: Records, subject: string): Records => records.filter((each) => each.subject === subject);
const one = (records: Records, subject: string): Record<string, unknown> => about(records, subject)[0] ?? {};

const key = ({ prefix }: Shell, name: string, queue = 'q'): string => `${prefix}:{${queue}}:${name}`;

describe('millrace doctor', (it) => {
  it(
    'finds nothing wrong with a healthy Redis and its queues, and leaves nothing behind',
    inShell(async (shell) => {
      const queue = shell.queue('q', { retry: { backoff: 0 } });
      (await queue.putMulti([1, 2, 3, 4])).unwrap();
      (await queue.put(5, { delay: 60_000 })).unwrap();
      const [first, second] = (await queue.getMulti(2)).unwrap();
      await first?.fail('x', { delay: 0 });
      await second?.kill('x');
      (await queue.remove(String(second?.id))).unwrap();
      const before = await shell.house.client.keys('*');
      const { code, out } = await shell.run('doctor');
      assert.equal(code, 0, out);
      assert.doesNotMatch(out, /^problem/m);
      assert.match(out, /^ok\tround trip\t/m);
      assert.match(out, /^ok\tq\tin order$/m);
      assert.deepEqual((await shell.house.client.keys('*')).sort(), before.sort());
    }),
  );

  it(
    'warns of a Redis that forgets, and says what to do',
    inShell(
      async (shell) => {
        const records = await shell.records('doctor');
        assert.match(String(one(records, 'version').finding), /^(Redis|Valkey) \d+\.\d+\.\d+$/);
        assert.deepEqual(
          [one(records, 'persistence').level, one(records, 'persistence').finding],
          ['warning', 'appendonly no'],
        );
        assert.match(String(one(records, 'persistence').advice), /CONFIG SET appendonly yes/);
        await shell.house.client.config('SET', 'appendonly', 'yes');
        await shell.house.client.config('SET', 'maxmemory-policy', 'allkeys-lru');
        const later = await shell.records('doctor');
        assert.equal(one(later, 'persistence').level, 'ok');
        assert.deepEqual(
          [one(later, 'memory').level, one(later, 'memory').finding],
          ['warning', 'maxmemory-policy allkeys-lru, maxmemory none'],
        );
        await shell.house.client.config('SET', 'maxmemory', '1gb');
        const limited = await shell.run('doctor');
        assert.equal(limited.code, 1);
        assert.match(limited.out, /^problem\tmemory\t.*allkeys-lru.*\tRedis may throw tasks away: .*noeviction/m);
      },
      { redis: {} },
    ),
  );

  it(
    'tells a user who lacks permissions, and a replica',
    inShell(
      async (shell) => {
        const { client, url } = shell.house;
        await client.call('ACL', 'SETUSER', 'reader', 'on', '>pw', '~*', '+@read', '+info', '+ping', '+time');
        const denied = await shell.records('--redis', url.replace('//', '//reader:pw@'), 'doctor');
        assert.equal(one(denied, 'round trip').level, 'problem');
        assert.match(String(one(denied, 'round trip').advice), /give this user/);
        assert.ok(!JSON.stringify(denied).includes('pw@'), 'no password is shown');
        const replica = await shell.house.redis({ args: ['--replicaof', `127.0.0.1 ${shell.house.port}`] });
        const records = await shell.records('--redis', replica.url, 'doctor');
        assert.match(
          String(one(records, 'role').advice),
          new RegExp(`its master: 127\\.0\\.0\\.1:${shell.house.port}`),
        );
      },
      { redis: {} },
    ),
  );

  it(
    'finds tasks in no place, and puts them in line with --repair',
    inShell(async (shell) => {
      const queue = shell.queue<number>('q');
      (await queue.putMulti(Array.from({ length: 1_300 }, (_, i) => i))).unwrap();
      const lost = await shell.house.client.lpop(key(shell, 'ready'), 700);
      const { code, out } = await shell.run('doctor', 'q');
      assert.equal(code, 1);
      assert.match(out, /^problem\tq\t700 tasks in no place: .* …\tno consumer will ever get them: .*--repair/m);
      assert.equal((await shell.counts('q')).ready, 600);
      const repaired = await shell.run('doctor', 'q', '--repair');
      assert.equal(repaired.code, 0);
      assert.match(repaired.out, /^ok\tq\t700 tasks in no place: .*: back in line$/m);
      assert.equal((await shell.counts('q')).ready, 1_300);
      assert.match((await shell.run('doctor', 'q')).out, /^ok\tq\tin order$/m);
      const ids = [...(await queue.getMulti(1_000)).unwrap(), ...(await queue.getMulti(1_000)).unwrap()].map(
        ({ id }) => id,
      );
      assert.equal(new Set(ids).size, 1_300);
      assert.deepEqual(new Set(ids.slice(600)), new Set(lost));
    }),
  );

  it(
    'finds entries of no task, key by key, and erases them with --repair',
    inShell(async (shell) => {
      const { client } = shell.house;
      (await shell.queue('q').put(1, { id: 'real' })).unwrap();
      await client.rpush(key(shell, 'ready'), 'ghost');
      for (const name of ['delayed', 'leases', 'dead']) await client.zadd(key(shell, name), 9e15, `${name}-ghost`);
      for (const name of ['held', 'returns', 'failures']) await client.hset(key(shell, name), `${name}-ghost`, '1');
      const { code, out } = await shell.run('doctor', 'q');
      assert.equal(code, 1);
      assert.match(out, /^warning\tq\t1 id in ready of no task: ghost\tconsumers skip them/m);
      for (const name of ['delayed', 'leases', 'dead', 'held', 'returns', 'failures'])
        assert.match(out, new RegExp(`^problem\tq\t1 id in ${name} of no task: ${name}-ghost\t.*--repair`, 'm'));
      assert.equal((await shell.run('doctor', 'q', '--repair')).code, 0);
      const after = await shell.run('doctor', 'q');
      assert.deepEqual([after.code, /problem/.test(after.out)], [0, false]);
      assert.equal((await shell.queue('q').get()).unwrap().id, 'real');
    }),
  );

  it(
    'does not mistake for wrong what only was removed, or is on its way',
    inShell(async (shell) => {
      const queue = shell.queue('q');
      for (let i = 0; i < 20; i++) (await queue.put(i, { id: `t${i}` })).unwrap();
      for (let i = 0; i < 20; i += 2) (await queue.remove(`t${i}`)).unwrap();
      (await queue.put('again', { id: 't0' })).unwrap();
      let busy = true;
      const work = (async () => {
        while (busy) {
          await queue.putMulti([1, 2, 3]);
          for (const task of (await queue.getMulti(3)).unwrap()) await task.ack();
        }
      })();
      const runs = await Promise.all([shell.run('doctor', 'q'), shell.run('doctor', 'q'), shell.run('doctor', 'q')]);
      busy = false;
      await work;
      for (const { out } of runs) assert.match(out, /^ok\tq\tin order$/m);
    }),
  );

  it(
    'tells keys of a wrong type, of a layout and of a name it does not know, and leases nobody sweeps',
    inShell(async (shell) => {
      const { client } = shell.house;
      for (const name of ['typed', 'newer', 'odd', 'stuck']) (await shell.queue(name).put(1, { id: 'a' })).unwrap();
      await client.del(key(shell, 'ready', 'typed'));
      await client.set(key(shell, 'ready', 'typed'), 'text');
      await client.hset(key(shell, 'meta', 'newer'), 'layout', '99');
      await client.set(key(shell, 'novelty', 'odd'), 1);
      const held = (await shell.queue('stuck', { sweepEvery: null }).get()).unwrap();
      await client.zadd(key(shell, 'leases', 'stuck'), 1, 'a');
      const records = await shell.records('doctor');
      const said = (queue: string): string => `${one(records, queue).level}: ${one(records, queue).finding}`;
      assert.equal(said('typed'), `problem: ${key(shell, 'ready', 'typed')} is a string, not a list`);
      assert.match(said('newer'), /^problem: .*layout 99/);
      assert.equal(said('odd'), 'warning: unknown keys: novelty');
      assert.equal(said('stuck'), 'warning: 1 lease ran out more than a minute ago');
      assert.match(String(one(records, 'stuck').advice), /millrace sweep stuck/);
      assert.equal(held.id, 'a');
    }),
  );

  it(
    'looks after pools, too, and says when there is no such queue',
    inShell(async (shell) => {
      const pool = new Pool('feeds', { connection: shell.house.url, prefix: shell.prefix });
      (await pool.addMulti(['a', 'b'])).unwrap();
      await pool.close();
      assert.match((await shell.run('doctor', 'feeds')).out, /^ok\tfeeds\tin order$/m);
      await shell.house.client.zadd(key(shell, 'due', 'feeds'), 1, 'nobody');
      const { code, out } = await shell.run('doctor');
      assert.equal(code, 1);
      assert.match(out, /^problem\tfeeds\t1 id in due of no task: nobody\t/m);
      const [missing] = about(await shell.records('doctor', 'nothing'), 'nothing');
      assert.deepEqual([missing?.level, missing?.finding], ['problem', 'there is no such queue']);
      assert.deepEqual(await shell.records('stats'), [{ pool: 'feeds', size: 2, due: 3, leased: 0 }]);
    }),
  );

  it(
    'reads well on a terminal',
    inShell(async (shell) => {
      (await shell.queue('mails').put(1)).unwrap();
      const screen = shell.screen(['doctor'], { columns: 140, rows: 30 });
      assert.equal(await screen.ended, 0);
      assert.match(screen.text, /^✓ reached +redis:/m);
      assert.match(screen.text, /^! persistence +appendonly no\n +→ a restart of Redis loses tasks/m);
      assert.match(screen.text, /^✓ mails +in order\n\n1 queue, 0 problems, \d warnings?$/m);
    }),
  );
});
