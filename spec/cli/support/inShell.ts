import { Queue } from '../../../src/queue.ts';
import type { QueueOptions } from '../../../src/queueOptions.ts';
import { type House, inHouse } from '../../support/house.ts';
import type { RedisOptions } from '../../support/redisServer.mjs';
import { type Ended, millrace, Run, Screen, type ScreenOptions } from './shell.ts';

let shells = 0;

/** A shell beside a Redis: its queues have a prefix of their own, so that what lists all queues finds only these. */
export class Shell {
  readonly house: House;
  readonly prefix = `cli${process.pid}-${++shells}`;

  constructor(house: House) {
    this.house = house;
  }

  queue<T = unknown>(name: string, options: QueueOptions<T> = {}): Queue<T> {
    const queue = new Queue<T>(name, { connection: this.house.url, prefix: this.prefix, ...options });
    this.house.atEnd(() => queue.close({ timeout: 0 }));
    return queue;
  }

  /** `millrace …` up to its end. */
  run(...args: readonly string[]): Promise<Ended> {
    return millrace(args, { env: this.env });
  }

  /** `… | millrace …` */
  feed(input: string | Buffer, ...args: readonly string[]): Promise<Ended> {
    return millrace(args, { input, env: this.env });
  }

  /** The records of `millrace … --json`. */
  async records(...args: readonly string[]): Promise<Record<string, unknown>[]> {
    const { out, err } = await this.run('--json', ...args);
    if (out === '' && err !== '') throw new Error(err);
    return out
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  start(...args: readonly string[]): Run {
    const run = new Run(args, this.env);
    this.house.atEnd(() => run.kill('SIGKILL'));
    return run;
  }

  screen(args: readonly string[], options: ScreenOptions = {}): Screen {
    const screen = new Screen(args, { ...options, env: { ...this.env, ...options.env } });
    this.house.atEnd(() => screen.close());
    return screen;
  }

  /** How many tasks are where. */
  async counts(name: string): Promise<{ ready: number; leased: number; delayed: number; dead: number }> {
    const { ready, leased, delayed, dead } = (await this.queue(name).stats()).unwrap();
    return { ready, leased, delayed, dead };
  }

  get env(): NodeJS.ProcessEnv {
    return { REDIS_URL: this.house.url, MILLRACE_PREFIX: this.prefix };
  }
}

/** `it('…', inShell(async (shell) => …))`; with `redis`, a Redis of its own. */
export const inShell = (body: (shell: Shell) => Promise<unknown>, options: { redis?: RedisOptions } = {}) =>
  inHouse((house) => body(new Shell(house)), options);
