import type { Command } from 'commander';
import { keysOf } from '../broker/keys.ts';
import { Queue } from '../queue.ts';
import type { QueueOptions } from '../queueOptions.ts';
import { Pool } from '../structures/pool.ts';
import { UniqueQueue } from '../structures/uniqueQueue.ts';
import { CliError, DONE, type Exit, FAILED } from './exit.ts';
import { Interrupts } from './interrupts.ts';
import { Output } from './output.ts';
import { Target } from './redis.ts';

/** What stands on the line for every command. */
export interface GlobalOptions {
  readonly redis: string;
  readonly prefix: string;
  readonly json: boolean;
}

/** All that one run of a command has to do with. */
export class Session {
  readonly out: Output;
  readonly options: GlobalOptions;
  readonly interrupts: Interrupts;
  readonly #open: (() => unknown)[] = [];
  #target: Promise<Target> | undefined;

  constructor(options: GlobalOptions) {
    this.options = options;
    this.interrupts = new Interrupts();
    this.out = new Output({ json: options.json, signal: this.interrupts.signal });
    this.out.whenGone(() => this.interrupts.stop());
  }

  get prefix(): string {
    return this.options.prefix;
  }

  /** Fires when the command is to come to an end: Ctrl-C, or nobody reads any more. */
  get signal(): AbortSignal {
    return this.interrupts.signal;
  }

  /** Redis, reached when first asked for. */
  redis(): Promise<Target> {
    this.#target ??= Target.reach(this.options.redis).then((target) => {
      this.atEnd(() => target.close());
      return target;
    });
    return this.#target;
  }

  /** A queue that never sweeps: who looks after a queue should not change it. */
  async queue<T = unknown>(name: string, options: QueueOptions<T> = {}): Promise<Queue<T>> {
    const { connection } = await this.redis();
    const queue = new Queue<T>(name, { connection, prefix: this.prefix, sweepEvery: null, ...options });
    this.atEnd(() => queue.close({ timeout: 0 }));
    return queue;
  }

  /** The same, where twins are kept out: until they are what the queue says already, if it does. */
  async uniqueQueue<T = unknown>(name: string, options: QueueOptions<T> = {}): Promise<Queue<T>> {
    const target = await this.redis();
    const until = await target.call('HGET', keysOf(this.prefix, name).meta, 'unique');
    const unique = until === 'settled' ? ({ until } as const) : {};
    const { connection } = target;
    const queue = new UniqueQueue<T>(name, { connection, prefix: this.prefix, sweepEvery: null, ...options, unique });
    this.atEnd(() => queue.close({ timeout: 0 }));
    return queue;
  }

  async pool(name: string): Promise<Pool> {
    const { connection } = await this.redis();
    const pool = new Pool(name, { connection, prefix: this.prefix });
    this.atEnd(() => pool.close({ timeout: 0 }));
    return pool;
  }

  /** Called when the command is over; what was opened last goes first. */
  atEnd(close: () => unknown): void {
    this.#open.push(close);
  }

  async close(): Promise<void> {
    for (const close of this.#open.reverse()) await close();
  }

  /** For what destroys: asks on a terminal, unless told yes. Elsewhere nobody can be asked. */
  async confirm(question: string, yes: boolean | undefined): Promise<void> {
    if (yes) return;
    if (!process.stdin.isTTY || !process.stderr.isTTY) throw new CliError(2, `${question} Say --yes to do it.`);
    const { createInterface } = await import('node:readline/promises');
    const asked = createInterface({ input: process.stdin, output: process.stderr });
    try {
      const answer = await asked.question(`${question} [y/N] `, { signal: this.signal });
      if (!/^y(es)?$/i.test(answer.trim())) throw new CliError(FAILED, 'nothing was changed');
    } catch (error) {
      throw error instanceof CliError ? error : new CliError(FAILED, 'nothing was changed', error);
    } finally {
      asked.close();
    }
  }
}

/** What a command does: `this` line's arguments, then its options. */
// biome-ignore lint/suspicious/noExplicitAny: commander hands over what the parsers of each command made.
type Body = (session: Session, ...given: any[]) => Promise<Exit>;

/** Where the exit code is noted. */
export const outcome: { exit: Exit } = { exit: DONE };

/** The action of a command: opens a session, runs it, closes it whatever happened. */
export const acts = (body: Body) =>
  async function action(...given: unknown[]): Promise<void> {
    const command = given.at(-1) as Command;
    const session = new Session(command.optsWithGlobals<GlobalOptions>());
    try {
      outcome.exit = await body(session, ...given);
    } finally {
      await session.close();
    }
  };
