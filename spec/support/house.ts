import { Redis } from 'ioredis';
import { KEY_NAMES, type KeyName, keysOf } from '../../src/broker/keys.ts';
import { scripts } from '../../src/broker/scripts.ts';
import type { QueueError } from '../../src/errors.ts';
import type { QueueEvent } from '../../src/events.ts';
import { Queue } from '../../src/queue.ts';
import type { QueueOptions } from '../../src/queueOptions.ts';
import type { Task } from '../../src/task.ts';
import { type RedisOptions, type RedisServer, startRedis } from './redisServer.mjs';
import { type Relay, startRelay } from './relay.ts';
import { startWorker, type Worker } from './workers.ts';

/** A queue under test, and what happens around it. */
export interface Observed<T> extends Queue<T> {
  /** Of its events, the types, as they come. */
  readonly told: QueueEvent['type'][];
}

/** A consumer, and what it was given. */
export interface Consumer<T> {
  readonly tasks: Task<T>[];
  readonly ids: string[];
  error: QueueError | undefined;
  completed: boolean;
  unsubscribe(): void;
}

let names = 0;

/** All that one test needs around a Redis; whatever it opened is closed at the end of the test, last one first. */
export class House {
  readonly url: string;
  /** A plain client, to see what Redis holds. */
  readonly client: Redis;
  readonly #server: RedisServer | undefined;
  readonly #open: (() => unknown)[] = [];

  constructor(url: string, server?: RedisServer) {
    this.url = url;
    this.#server = server;
    this.client = this.connect(url);
  }

  /** Only in a house with a Redis of its own. */
  get server(): RedisServer {
    if (this.#server === undefined) throw new Error('this house has no Redis of its own');
    return this.#server;
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  /** A name no other test has. */
  name(): string {
    return `q${process.pid}-${++names}`;
  }

  connect(url = this.url): Redis {
    const client = new Redis(url, { retryStrategy: () => 20, maxRetriesPerRequest: null });
    client.on('error', () => {});
    this.atEnd(() => client.disconnect());
    return client;
  }

  queue<T = unknown>(name: string, options: QueueOptions<T> = {}): Observed<T> {
    const queue = new Queue<T>(name, { connection: this.url, ...options });
    const told: QueueEvent['type'][] = [];
    queue.events.subscribe(({ type }) => told.push(type));
    this.atEnd(() => queue.close({ timeout: 0 }));
    return Object.assign(queue, { told });
  }

  /** Consumes; `work` is called with each task. */
  consume<T>(queue: Queue<T>, prefetch = 64, work: (task: Task<T>) => unknown = () => {}): Consumer<T> {
    const consumer: Consumer<T> = {
      tasks: [],
      ids: [],
      error: undefined,
      completed: false,
      unsubscribe: () => subscription.unsubscribe(),
    };
    const subscription = queue.tasks({ prefetch }).subscribe({
      next: (task) => {
        consumer.tasks.push(task);
        consumer.ids.push(task.id);
        work(task);
      },
      error: (error) => {
        consumer.error = error;
      },
      complete: () => {
        consumer.completed = true;
      },
    });
    return consumer;
  }

  async relay(): Promise<Relay> {
    const relay = await startRelay(this.port);
    this.atEnd(() => relay.close());
    return relay;
  }

  async redis(options?: RedisOptions): Promise<RedisServer> {
    const server = await startRedis(options);
    this.atEnd(() => server.stop());
    return server;
  }

  worker(fixture: string, options: object, more?: { nodeArgs?: readonly string[] }): Worker {
    const worker = startWorker(fixture, options, more);
    this.atEnd(() => worker[Symbol.asyncDispose]());
    return worker;
  }

  /** Lets Redis know all scripts, so that each call is one request. */
  async loadScripts(): Promise<void> {
    for (const { text } of Object.values(scripts)) await this.client.script('LOAD', text);
  }

  /** Which keys of a queue there are. */
  async remains(name: string): Promise<KeyName[]> {
    const keys = keysOf('millrace', name);
    const there = await Promise.all(KEY_NAMES.map((key) => this.client.exists(keys[key])));
    return KEY_NAMES.filter((_, i) => there[i] === 1);
  }

  /** How many clients wait in a blocking pop. */
  async blocked(): Promise<number> {
    return Number(/blocked_clients:(\d+)/.exec(await this.client.info('clients'))?.[1]);
  }

  /** Lets leases run out now, as if their time had passed. */
  async expire(name: string): Promise<void> {
    const { leases } = keysOf('millrace', name);
    const held = await this.client.zrange(leases, '0', '-1');
    if (held.length > 0) await this.client.zadd(leases, ...held.flatMap((id, i) => [1 + i, id]));
  }

  atEnd(close: () => unknown): void {
    this.#open.push(close);
  }

  async close(): Promise<void> {
    for (const close of this.#open.reverse()) await close();
  }
}

/** `it('…', inHouse(async (house) => …))`; with `redis`, a Redis of its own. */
export const inHouse =
  (body: (house: House) => Promise<unknown>, { redis }: { redis?: RedisOptions } = {}) =>
  async (): Promise<void> => {
    const server = redis === undefined ? undefined : await startRedis(redis);
    const house = new House(server?.url ?? (process.env.REDIS_URL as string), server);
    try {
      await body(house);
    } finally {
      await house.close();
      await server?.stop();
    }
  };

/** Whether a request takes tasks: alone, or together with a settlement. */
export const takes = (bytes: Buffer): boolean =>
  [scripts.take, scripts.turn, scripts.plain].some(({ sha }) => bytes.includes(sha));

/** Whether a request settles tasks: alone, or together with a take. */
export const settles = (bytes: Buffer): boolean =>
  [scripts.settle, scripts.turn, scripts.plain].some(({ sha }) => bytes.includes(sha));

/** The codes of errors, `ok` of the others. */
export const codeOf = (result: { ok: boolean; val: unknown }): string =>
  result.ok ? 'ok' : (result.val as QueueError).code;
