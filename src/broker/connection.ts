import { type Cluster, Redis, type RedisOptions } from 'ioredis';
import * as check from '../check.ts';
import { Link } from './link.ts';

/** What `connection` may be. A client handed in is used and never closed. */
export type Connection = string | RedisOptions | Redis | Cluster;

/** The connections a queue needs. */
export interface Lines {
  /** Shared with every queue made from the same string: all but waiting. */
  readonly commands: Link;
  /** One for nobody else: whoever waits there, in a blocking pop or for replicas, keeps everybody else waiting. */
  own(use: 'wait' | 'write'): Link;
  /** Gives the shared connection back; the last one to do so closes it. */
  release(): void;
}

export const DEFAULT_URL = 'redis://127.0.0.1:6379';
/** No connection at all: the queue is kept in this process. */
export const MEMORY = 'memory:';

const EXPECTED = "a redis://, rediss:// or unix:// URL, 'memory:', options for ioredis, or a client of ioredis";

const NO_HOST = 'socket.invalid';

/** A URL in its parts. One with a user but no host, as of a socket, is none to the standard. */
const partsOf = (url: string): URL => new URL(url.replace(/^(unix:\/\/[^/]*@)\//, `$1${NO_HOST}/`));

/** `unix:///path.sock?db=1`: a scheme ioredis does not know. Everything else it parses itself. */
const parse = (url: string): RedisOptions | string => {
  if (!url.startsWith('unix:')) return url;
  const { pathname, username, password, searchParams } = partsOf(url);
  const { db, ...rest } = Object.fromEntries(searchParams);
  return {
    ...rest,
    path: decodeURIComponent(pathname),
    ...(username !== '' && { username: decodeURIComponent(username) }),
    ...(password !== '' && { password: decodeURIComponent(password) }),
    ...(db !== undefined && { db: Number(db) }),
  };
};

/** A URL as it may be shown to anyone. */
const masked = (url: string): string => url.replace(/^(\w*:?\/\/)?.*@/s, '$1***@');

const succeeds = (parsing: () => unknown): boolean => {
  try {
    parsing();
    return true;
  } catch {
    return false;
  }
};

const checkUrl = (where: string, url: string): string => {
  const complain = (expected: string) => check.outOfRange(where, 'connection', masked(url), expected);
  if (!/^(rediss?|unix):\/\/./.test(url) || !succeeds(() => partsOf(url))) throw complain(EXPECTED);
  const { protocol, host, pathname, username, password, searchParams } = partsOf(url);
  const isPath = protocol === 'unix:';
  if (isPath && ((host !== '' && host !== NO_HOST) || pathname.length < 2))
    throw complain('a path after three slashes: unix:///path.sock');
  const encoded = [username, password, isPath ? pathname : ''];
  if (!succeeds(() => encoded.map(decodeURIComponent))) throw complain('"%" as "%25"');
  const dbs = [searchParams.get('db') ?? '', isPath ? '' : pathname.slice(1)];
  if (!dbs.every((db) => /^\d*$/.test(db))) throw complain('a db that is a number');
  return url;
};

const isClient = (value: unknown): value is Redis | Cluster =>
  typeof value === 'object' && value !== null && 'status' in value && 'callBuffer' in value;

const isCluster = (client: Redis | Cluster): client is Cluster => 'nodes' in client;

/** What somebody may take for options: a client of another library, a client still to be awaited, a URL object. */
const isNoOptions = (value: object): boolean =>
  Array.isArray(value) ||
  value instanceof URL ||
  ['then', 'sendCommand', 'on'].some((method) => typeof Reflect.get(value, method) === 'function');

/** Throws at the call when it is nothing one could connect to. */
export const checkConnection = (where: string, value: unknown): Connection => {
  if (value === MEMORY) return value;
  if (typeof value === 'string') return checkUrl(where, value);
  if (isClient(value)) return value;
  if (typeof value !== 'object' || value === null || isNoOptions(value))
    throw check.wrongType(where, 'connection', value, EXPECTED);
  return value as Connection;
};

// How a client of ours behaves. It never queues or repeats a command by itself: a call that is waiting
// for Redis waits with us, where its patience counts, and what is repeated is repeated knowingly.
const OURS = {
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
} as const satisfies RedisOptions;

const make = (target: string | RedisOptions, name: string): Redis => {
  const given: RedisOptions = typeof target === 'string' ? {} : target;
  const options: RedisOptions = {
    connectionName: name,
    retryStrategy: (attempt) => Math.min(50 * 2 ** Math.min(attempt - 1, 6), 2_000) * (0.5 + Math.random() / 2),
    // Loading is told by the commands themselves; only Sentinel needs to ask who it reached.
    enableReadyCheck: given.sentinels !== undefined,
    keepAlive: 10_000,
    ...given,
    ...OURS,
    lazyConnect: true,
  };
  return typeof target === 'string' ? new Redis(target, patient(options)) : new Redis(patient(options));
};

// A call has its own patience; a timeout of the driver on a blocking one would lose what it waits for.
// Replies keep the one shape that every version of the driver knows.
const patient = (options: RedisOptions): Omit<RedisOptions, 'replyMapping'> => {
  const { commandTimeout: _, blockingTimeout: __, replyMapping: ___, ...rest } = options;
  return rest;
};

/** A client like the one handed in, for waiting. */
const twin = (client: Redis | Cluster): Redis | Cluster => {
  if (!isCluster(client)) return new Redis(patient({ ...client.options, ...OURS, lazyConnect: true }));
  const { enableOfflineQueue: _, ...perNode } = patient({ ...client.options.redisOptions, ...OURS });
  return client.duplicate([], { lazyConnect: true, enableOfflineQueue: false, redisOptions: perNode as object });
};

const shared = new Map<string, { readonly link: Link; users: number }>();

const share = (url: string): Lines => {
  const entry = shared.get(url) ?? { link: new Link(make(parse(url), 'millrace'), true), users: 0 };
  shared.set(url, entry);
  entry.users++;
  return {
    commands: entry.link,
    own: (use) => new Link(make(parse(url), `millrace:${use}`), true),
    release: () => {
      if (--entry.users > 0) return;
      shared.delete(url);
      entry.link.close();
    },
  };
};

export const connect = (connection: Connection): Lines => {
  if (typeof connection === 'string') return share(connection);
  if (isClient(connection)) {
    const commands = new Link(connection, false);
    return { commands, own: () => new Link(twin(connection), true), release: () => commands.close() };
  }
  const commands = new Link(make(connection, 'millrace'), true);
  return {
    commands,
    own: (use) => new Link(make(connection, `millrace:${use}`), true),
    release: () => commands.close(),
  };
};
