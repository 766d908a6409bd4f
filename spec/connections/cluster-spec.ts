import assert from 'node:assert/strict';
import { keysOf } from '../../src/broker/keys.ts';
import { startCluster, type TestCluster } from '../support/cluster.ts';
import { codeOf, type House, inHouse } from '../support/house.ts';
import { describe } from '../support/it.ts';
import { until } from '../support/until.ts';

/** A name for a queue on each of the masters. */
const namesOn = async (house: House, cluster: TestCluster): Promise<string[]> => {
  const names: string[] = [];
  while (names.filter(Boolean).length < cluster.masters.length) {
    const name = house.name();
    names[await cluster.ownerOf(`{${name}}`)] ??= name;
  }
  return names;
};

describe('Cluster', (it) => {
  it(
    'queues on different nodes put, wait, settle and keep house through one client, which stays open',
    inHouse(async (house) => {
      const cluster = await startCluster(house);
      const client = cluster.client();
      const queues = (await namesOn(house, cluster)).map((name) => house.queue<number>(name, { connection: client }));
      for (const [i, queue] of queues.entries()) {
        const waiting = queue.get();
        (await queue.put(i)).unwrap();
        const first = (await waiting).unwrap();
        assert.equal(first.payload, i);
        assert.equal(codeOf(await first.ack()), 'ok');
        const consumer = house.consume(queue, 10, (task) => task.ack());
        (await queue.putMulti([1, 2, 3])).unwrap();
        await until(() => consumer.tasks.length === 3);
        consumer.unsubscribe();
        await until(async () => (await queue.stats()).unwrap().acked === 4);
        (await queue.put(9, { delay: 60_000 })).unwrap();
        assert.equal((await queue.purge()).unwrap(), 1);
        const { totals } = keysOf('millrace', queue.name);
        assert.match(await cluster.ask(cluster.masters[i], 'EXISTS', totals), /1/, 'it is where it belongs');
      }
      for (const queue of queues) (await queue.close()).unwrap();
      assert.equal(client.status, 'ready');
    }),
    { timeout: 120_000 },
  );

  it(
    'a slot that moves to another node while its queue is at work: nothing is lost, nobody stops',
    inHouse(async (house) => {
      const cluster = await startCluster(house);
      const [name = ''] = await namesOn(house, cluster);
      const queue = house.queue<number>(name, { connection: cluster.client() });
      const consumer = house.consume(queue, 4, (task) => task.ack());
      let [puts, moving] = [0, true];
      const producing = (async () => {
        while (moving || puts < 200) {
          (await queue.put(puts++)).unwrap();
          await new Promise((resolve) => setTimeout(resolve, 2));
        }
      })();

      const [from, to] = cluster.masters;
      const slot = await cluster.ask(from, 'CLUSTER', 'KEYSLOT', `{${name}}`);
      const [fromId, toId] = [await cluster.id(from), await cluster.id(to)];
      await cluster.ask(to, 'CLUSTER', 'SETSLOT', slot, 'IMPORTING', fromId);
      await cluster.ask(from, 'CLUSTER', 'SETSLOT', slot, 'MIGRATING', toId);
      for (;;) {
        const keys = (await cluster.ask(from, 'CLUSTER', 'GETKEYSINSLOT', slot, 100)).split(',').filter(Boolean);
        if (keys.length === 0) break;
        await cluster.ask(from, 'MIGRATE', '127.0.0.1', to?.port ?? 0, '', 0, 5_000, 'KEYS', ...keys);
      }
      for (const node of [to, from, cluster.masters[2]])
        await cluster.ask(node, 'CLUSTER', 'SETSLOT', slot, 'NODE', toId);
      moving = false;
      await producing;

      await until(() => new Set(consumer.ids).size === puts, { what: 'every task was delivered' });
      assert.equal(consumer.error, undefined);
      await until(async () => (await queue.stats()).unwrap().acked === puts);
      const { totals } = keysOf('millrace', name);
      assert.equal(await cluster.ask(to, 'EXISTS', totals), '1');
    }),
    { timeout: 120_000 },
  );

  it(
    'replicas are those of the node that was written to; when it dies, what was confirmed is there',
    inHouse(async (house) => {
      const cluster = await startCluster(house, 3, 1);
      const names = await namesOn(house, cluster);
      const connection = cluster.client();
      const replicas = { count: 1, timeout: 500 };
      const queues = names.map((name) => house.queue<number>(name, { connection, replicas }));
      for (const queue of queues) (await queue.put(1)).unwrap();

      cluster.replicas[1]?.freeze();
      const [first, second, third] = await Promise.all(queues.map((queue) => queue.put(2)));
      assert.deepEqual(
        [first, second, third].map((put) => codeOf(put as never)),
        ['ok', 'REPLICAS', 'ok'],
      );
      assert.match(String(second?.val), /: 0 of 1 replicas/);
      cluster.replicas[1]?.thaw();

      const [queue] = queues;
      assert.ok(queue);
      const consumer = house.consume(queue, 1, () => {});
      await cluster.masters[0]?.kill();
      // Once the replica is master it has none of its own.
      const put = await until(
        async () => {
          const answer = await queue.put(3, { id: 'three' });
          return (answer.ok || answer.val.code === 'REPLICAS') && answer;
        },
        { within: 40_000, every: 100 },
      );
      assert.equal(codeOf(put), 'REPLICAS');
      assert.equal(consumer.error, undefined);
      const { ready, leased } = (await queue.stats()).unwrap();
      assert.equal(ready + leased, 3);
    }),
    { timeout: 120_000 },
  );
});
