import { Cluster, type Redis } from 'ioredis';
import { Caller } from '../broker/call.ts';
import { connect, DEFAULT_URL, type Lines } from '../broker/connection.ts';
import { Link } from '../broker/link.ts';
import type { Script } from '../broker/script.ts';
import { CliError, misuse, UNREACHABLE } from './exit.ts';

/** How long Redis may take to be reached, and to answer a call, ms. */
const PATIENCE = 5_000;

const EXPECTED = 'a URL: redis://host:6379, rediss://host:6379 or unix:///path/to.sock';

/** Keys by the names that a script's header gives them. */
export type Keys = Readonly<Record<string, string>>;

/** The Redis that a command works with: one server, or a Cluster, which it finds out by itself. */
export class Target {
  /** What a `Queue` is opened with. */
  readonly connection: string | Cluster;
  /** To be shown: without the password. */
  readonly name: string;
  readonly #lines: Lines;
  readonly #cluster: Cluster | undefined;
  readonly #link: Link;

  private constructor(url: string, lines: Lines, cluster: Cluster | undefined) {
    this.name = nameOf(url);
    this.connection = cluster ?? url;
    this.#lines = lines;
    this.#cluster = cluster;
    this.#link = cluster === undefined ? lines.commands : new Link(cluster, false);
  }

  /** Connects. Throws a CliError when that is no URL, or nobody answers there. */
  static async reach(given: string): Promise<Target> {
    const url = given === '' ? DEFAULT_URL : given;
    if (!/^(rediss?|unix):\/\/./.test(url) || !URL.canParse(url))
      throw misuse(`--redis is ${JSON.stringify(nameOf(url))}, expected ${EXPECTED}`);
    const lines = connect(url);
    try {
      await answering(lines.commands);
      return new Target(url, lines, await clusterOf(lines.commands.client as Redis));
    } catch (error) {
      lines.release();
      const why = error instanceof Error ? error.message : String(error);
      throw new CliError(UNREACHABLE, `cannot reach ${nameOf(url)}: ${why || 'no answer'}`, error);
    }
  }

  get isCluster(): boolean {
    return this.#cluster !== undefined;
  }

  /** Every server that holds keys of its own. */
  get nodes(): readonly Redis[] {
    return this.#cluster === undefined ? [this.#lines.commands.client as Redis] : this.#cluster.nodes('master');
  }

  /** One command, its reply as text. Keys are found whichever node has them. */
  call(command: string, ...args: readonly (string | number)[]): Promise<unknown> {
    return (this.#link.client as Redis).call(command, ...args);
  }

  /** Runs a script; strings of the reply as Buffers. Rejects with a QueueError. */
  run(script: Script, keys: Keys, args: readonly (string | number | Buffer)[]): Promise<unknown> {
    return new Caller(this.#link, keys).run(script, args, PATIENCE);
  }

  close(): void {
    if (this.#cluster !== undefined) {
      this.#link.close();
      this.#cluster.disconnect();
    }
    this.#lines.release();
  }
}

const nameOf = (url: string): string => url.replace(/\/\/[^@/]*@/, '//');

/** Resolves when it can be used; rejects with the first thing that goes wrong. */
const answering = async (link: Link): Promise<void> => {
  const { client } = link;
  let failed: (error: Error) => void = () => {};
  const problem = new Promise<never>((_, reject) => {
    failed = reject;
    client.once('error', reject);
  });
  try {
    await Promise.race([link.ready(PATIENCE), problem]);
    await client.call('PING').catch((error: Error) => {
      // Who may not ping may still do all that a queue needs; what is busy or loading is there.
      if (!/NOPERM|LOADING|BUSY/.test(error.message)) throw error;
    });
  } finally {
    client.off('error', failed);
    problem.catch(() => {});
  }
};

const clusterOf = async (client: Redis): Promise<Cluster | undefined> => {
  const about = await client.info('cluster').catch(() => '');
  if (!about.includes('cluster_enabled:1')) return undefined;
  const { host = '127.0.0.1', port = 6379, username, password, tls } = client.options;
  const redisOptions = { ...(username && { username }), ...(password && { password }), ...(tls && { tls }) };
  const cluster = new Cluster([{ host, port }], {
    redisOptions,
    clusterRetryStrategy: (n) => Math.min(100 * n, 2_000),
  });
  await new Promise<void>((resolve, reject) => {
    cluster.once('ready', resolve).once('error', reject);
  });
  cluster.on('error', () => {});
  return cluster;
};
