import { Cluster, type ClusterOptions } from 'ioredis';
import type { House } from './house.ts';
import type { RedisServer } from './redisServer.mjs';
import { until } from './until.ts';

const SLOTS = 16_384;

/** A cluster of so many masters, the slots shared out evenly; with `replicas`, so many of each, in the same order. */
export class TestCluster {
  readonly masters: readonly RedisServer[];
  readonly replicas: readonly RedisServer[];
  readonly #house: House;

  constructor(house: House, masters: readonly RedisServer[], replicas: readonly RedisServer[]) {
    this.#house = house;
    this.masters = masters;
    this.replicas = replicas;
  }

  /** A client of it; ends with the house. */
  client(options: Pick<ClusterOptions, 'keyPrefix' | 'lazyConnect' | 'enableOfflineQueue'> = {}): Cluster {
    const nodes = this.masters.map(({ port }) => ({ host: '127.0.0.1', port }));
    const client = new Cluster(nodes, { clusterRetryStrategy: () => 50, ...options });
    client.on('error', () => {});
    this.#house.atEnd(() => client.disconnect());
    return client;
  }

  /** Asks one node. */
  async ask(node: RedisServer | undefined, command: string, ...args: (string | number)[]): Promise<string> {
    if (node === undefined) throw new Error('there is no such node');
    const client = this.#house.connect(node.url);
    try {
      return String(await client.call(command, args));
    } finally {
      client.disconnect();
    }
  }

  id(node: RedisServer | undefined): Promise<string> {
    return this.ask(node, 'CLUSTER', 'MYID');
  }

  /** Which of the masters, as they were at first, has the slot of a key. */
  async ownerOf(key: string): Promise<number> {
    const slot = Number(await this.ask(this.masters[0], 'CLUSTER', 'KEYSLOT', key));
    return Math.floor((slot * this.masters.length) / SLOTS);
  }
}

/** Starts one; resolves once every node says that all is well. */
export const startCluster = async (house: House, masters = 3, replicasOfEach = 0): Promise<TestCluster> => {
  const args = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '1000', '--repl-diskless-sync-delay', '0'];
  // The port of their own network is 10,000 higher, and must exist.
  const nodes = await Promise.all(
    Array.from({ length: masters * (1 + replicasOfEach) }, () =>
      house.redis({ args: [...args, '--cluster-replica-validity-factor', '0'] }),
    ),
  );
  const cluster = new TestCluster(house, nodes.slice(0, masters), nodes.slice(masters));
  const [first, ...others] = nodes;
  for (const [i, node] of cluster.masters.entries()) {
    const [from, to] = [i, i + 1].map((part) => Math.ceil((part * SLOTS) / masters)) as [number, number];
    const slots = Array.from({ length: to - from }, (_, k) => from + k);
    await cluster.ask(node, 'CLUSTER', 'ADDSLOTS', ...slots);
    await cluster.ask(node, 'CLUSTER', 'SET-CONFIG-EPOCH', i + 1);
  }
  for (const { port } of others) await cluster.ask(first, 'CLUSTER', 'MEET', '127.0.0.1', port);
  const all = async (what: RegExp) =>
    (await Promise.all(nodes.map((node) => cluster.ask(node, 'CLUSTER', 'INFO')))).every((info) => what.test(info));
  await until(() => all(new RegExp(`cluster_known_nodes:${nodes.length}\\s`)), { what: 'all nodes know each other' });
  for (const [i, node] of cluster.replicas.entries()) {
    const master = await cluster.id(cluster.masters[i % masters]);
    await until(async () => (await cluster.ask(node, 'CLUSTER', 'NODES')).includes(master));
    await cluster.ask(node, 'CLUSTER', 'REPLICATE', master);
  }
  await until(() => all(/cluster_state:ok/), { what: 'the cluster is well' });
  for (const node of cluster.replicas)
    await until(async () => /master_link_status:up/.test(await cluster.ask(node, 'INFO', 'replication')));
  return cluster;
};
