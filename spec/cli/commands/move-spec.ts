import assert from 'node:assert/strict';
import { Cluster } from 'ioredis';
import { Queue } from '../../../src/queue.ts';
import { UniqueQueue } from '../../../src/structures/uniqueQueue.ts';
import { describe } from '../../support/it.ts';
import { until } from '../../support/until.ts';
import { inShell } from '../support/inShell.ts';
import { millrace } from '../support/shell.ts';

describe('millrace move', (it) => {
  it(
    'moves what waits to the back of the other queue, in order, over several steps',
    inShell(async (shell) => {
      const [from, to] = [shell.queue('from'), shell.queue('to')];
      (await to.put(-1)).unwrap();
      (await from.putMulti(Array.from({ length: 2_300 }, (_, i) => i))).unwrap();
      const { code, out } = await shell.run('move', 'from', 'to');
      assert.deepEqual([code, out], [0, '2,300 tasks moved from from to to\n']);
      const payloads: unknown[] = [];
      for (let i = 0; i < 3; i++) payloads.push(...(await to.getMulti(1_000)).unwrap().map(({ payload }) => payload));
      assert.deepEqual(
        payloads,
        Array.from({ length: 2_301 }, (_, i) => i - 1),
      );
      assert.equal(await shell.house.client.exists(`${shell.prefix}:{from}:tasks`, `${shell.prefix}:{from}:ready`), 0);
    }),
  );

  it(
    'keeps all that is known of a task: headers, time of put, failures, deliveries, when it is due',
    inShell(async (shell) => {
      const from = shell.queue('from', { retry: { backoff: 0 } });
      (await from.put({ n: 1 }, { id: 'a', headers: { k: 'v' }, codec: 'msgpack' })).unwrap();
      (await from.put(2, { id: 'later', delay: 3_600_000 })).unwrap();
      await (await from.get()).unwrap().fail('once', { delay: 0 });
      const before = await Promise.all(['a', 'later'].map((id) => shell.records('show', 'from', id)));
      assert.equal((await shell.run('move', 'from', 'to')).code, 0);
      const after = await Promise.all(['a', 'later'].map((id) => shell.records('show', 'to', id)));
      assert.deepEqual(after, before);
      assert.equal((await shell.run('show', 'from', 'a')).code, 1);
      const task = (await shell.queue('to').get()).unwrap();
      assert.deepEqual([task.deliveries, task.failures, task.headers], [2, 1, { k: 'v' }]);
      assert.ok((await task.ack()).ok);
    }),
  );

  it(
    'keeps priorities, and goes by them',
    inShell(async (shell) => {
      const [from, to] = [shell.queue('from'), shell.queue('to')];
      for (const [id, priority] of [
        ['plain', 0],
        ['low', 2],
        ['high', 9],
      ] as const)
        (await from.put(id, { id, priority })).unwrap();
      (await from.put('later', { id: 'later', priority: 5, delay: 3_600_000 })).unwrap();
      (await to.put('mid', { id: 'mid', priority: 5 })).unwrap();
      const [peeked] = await shell.records('peek', 'from', '--count', '1');
      assert.deepEqual([peeked?.id, peeked?.priority], ['high', 9]);
      assert.equal((await shell.run('move', 'from', 'to', '--count', '1')).out, '1 task moved from from to to\n');
      assert.equal((await shell.run('move', 'from', 'to')).code, 0);
      const [later] = await shell.records('show', 'to', 'later');
      assert.deepEqual([later?.priority, later?.state], [5, 'delayed']);
      const tasks = (await to.getMulti(5)).unwrap();
      assert.deepEqual(
        tasks.map(({ id, priority }) => [id, priority]),
        [
          ['high', 9],
          ['mid', 5],
          ['low', 2],
          ['plain', 0],
        ],
      );
      assert.match((await shell.run('doctor', 'from', 'to')).out, /^ok\tto\tin order$/m);
    }),
  );

  it(
    'keeps twins out of a queue of unique ones, and lets new ones into the one they left',
    inShell(async (shell) => {
      const open = (name: string): UniqueQueue => {
        const queue = new UniqueQueue(name, { connection: shell.house.url, prefix: shell.prefix });
        shell.house.atEnd(() => queue.close({ timeout: 0 }));
        return queue;
      };
      const [from, to] = [open('from'), open('to')];
      (await from.putMulti(['a', 'b'])).unwrap();
      (await to.put('b')).unwrap();
      assert.deepEqual(await shell.records('move', 'from', 'to'), [{ from: 'from', to: 'to', moved: 1, stayed: 1 }]);
      const again = await Promise.all([from.put('a'), from.put('b'), to.put('a')]);
      assert.deepEqual(
        again.map((put) => put.unwrap().added),
        [true, false, false],
      );
    }),
  );

  it(
    'makes room for those who wait to put, and counts nothing as acknowledged',
    inShell(async (shell) => {
      const full = shell.queue('full', { maxItems: 2 });
      (await full.putMulti([1, 2])).unwrap();
      const waiting = full.put(3);
      await until(async () => (await shell.house.blocked()) > 0);
      assert.equal((await shell.run('move', 'full', 'to', '--count', '1')).code, 0);
      assert.ok((await waiting).ok);
      const [a, b] = [(await full.stats()).unwrap(), (await shell.queue('to').stats()).unwrap()];
      assert.deepEqual([a.put, a.acked, a.ready, b.put, b.acked, b.ready], [3, 0, 2, 1, 0, 1]);
    }),
  );

  it(
    'moves only so many, passes over what was removed, and wakes whoever waits there',
    inShell(async (shell) => {
      const [from, to] = [shell.queue('from'), shell.queue('to')];
      for (const id of ['a', 'b', 'c', 'd']) (await from.put(id, { id })).unwrap();
      (await from.remove('a')).unwrap();
      const waiting = to.get({ timeout: 20_000 });
      await until(async () => (await shell.house.blocked()) > 0);
      const { out } = await shell.run('move', 'from', 'to', '--count', '2');
      assert.equal(out, '2 tasks moved from from to to\n');
      assert.equal((await waiting).unwrap().id, 'b');
      assert.deepEqual(await shell.counts('from'), { ready: 1, leased: 0, delayed: 0, dead: 0 });
    }),
  );

  it(
    'leaves tasks whose ids are in the other queue, wherever they stand, and ends with 1',
    inShell(async (shell) => {
      const [from, to] = [shell.queue('from'), shell.queue('to')];
      for (const id of ['a', 'x', 'b', 'y', 'c']) (await from.put(id, { id })).unwrap();
      for (const id of ['x', 'y']) (await to.put('theirs', { id })).unwrap();
      const [record] = await shell.records('move', 'from', 'to');
      assert.deepEqual(record, { from: 'from', to: 'to', moved: 3, stayed: 2 });
      const { code, err } = await shell.run('move', 'from', 'to');
      assert.equal(code, 1);
      assert.match(err, /2 tasks stayed: their ids/);
      const left = (await from.getMulti(5)).unwrap();
      assert.deepEqual(
        left.map(({ id }) => id),
        ['x', 'y'],
      );
      const theirs = (await to.getMulti(9)).unwrap();
      assert.deepEqual(
        theirs.map(({ payload }) => payload),
        ['theirs', 'theirs', 'a', 'b', 'c'],
      );
    }),
  );

  it(
    'keeps a settlement out that belongs to an earlier task of the same id',
    inShell(async (shell) => {
      const [from, to] = [shell.queue('from'), shell.queue('to')];
      (await to.put(1, { id: 'a' })).unwrap();
      const old = (await to.get()).unwrap();
      (await to.remove('a')).unwrap();
      (await from.put(2, { id: 'a' })).unwrap();
      await shell.run('move', 'from', 'to');
      const current = (await to.get()).unwrap();
      assert.equal((await old.ack()).err && (await old.ack()).val?.code, 'STALE');
      assert.ok((await current.ack()).ok);
    }),
  );

  it(
    'refuses queues of different slots of a Cluster, and moves within one',
    inShell(
      async (shell) => {
        const { client, port } = shell.house;
        await client.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
        await until(async () => String(await client.call('CLUSTER', 'INFO')).includes('cluster_state:ok'));
        const cluster = new Cluster([{ host: '127.0.0.1', port }]);
        shell.house.atEnd(() => cluster.disconnect());
        for (const [prefix, name] of [
          ['millrace', 'from'],
          ['{shop}', 'from'],
        ] as const) {
          const queue = new Queue(name, { connection: cluster, prefix });
          (await queue.putMulti([1, 2])).unwrap();
          await queue.close();
        }
        const env = { REDIS_URL: shell.house.url };
        const refused = await millrace(['move', 'from', 'to'], { env });
        assert.equal(refused.code, 2);
        assert.match(refused.err, /from and to are in different slots of the Cluster, .*hash tag, such as \{shop\}/);
        const moved = await millrace(['--prefix', '{shop}', 'move', 'from', 'to'], { env });
        assert.deepEqual([moved.code, moved.out], [0, '2 tasks moved from from to to\n']);
        const stats = await millrace(['stats', '--over', '0ms'], { env });
        assert.match(stats.out, /^from\t2\t0/);
      },
      {
        redis: {
          args: [
            '--cluster-enabled',
            'yes',
            '--cluster-config-file',
            'nodes.conf',
            '--cluster-announce-ip',
            '127.0.0.1',
          ],
        },
      },
    ),
  );

  it('says what is wrong', async () => {
    const same = await millrace(['move', 'q', 'q']);
    assert.deepEqual([same.code, same.err], [2, 'millrace: both queues are the same\n']);
    assert.equal((await millrace(['move', 'q'])).code, 2);
  });
});
