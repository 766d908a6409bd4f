import { closed, type QueueError } from '../errors.ts';
import { away, isReadOnly, isUnknownScript, lasting } from './faults.ts';
import type { Link } from './link.ts';
import type { Script } from './script.ts';

export type Argument = string | number | Buffer;

/** How long an answer may take before a connection counts as dead, ms. */
export const STALL = 10_000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The answer, or a rejection with `late()` when it takes longer than `ms`. */
export const within = <T>(ms: number, answer: Promise<T>, late: () => unknown): Promise<T> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(late()), ms);
    // Not `finally`, nor `await` where a promise can be handed on: this is the hot path, and each makes more promises.
    answer.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });

/**
 * Runs one script. Resolves to its reply, strings as Buffers; rejects with a QueueError only. A call whose reply was
 * lost is repeated: every script bears that. `repeated` may change the arguments of a repetition.
 */
export type Run = (
  script: Script,
  args: readonly Argument[],
  patience?: number,
  repeated?: () => void,
) => Promise<unknown>;

export interface CallerOptions {
  /** ms a call waits for a connection that is away unless it says otherwise. Default: for ever. */
  readonly patience?: number;
  /** ms the server may keep a call waiting for the one before, beside all other waiting. Default 0. */
  readonly behind?: number;
  /** ms an answer may take before the connection counts as dead. Default STALL. */
  readonly stall?: number;
}

/** Runs scripts on one connection, over whatever happens to it. */
export class Caller {
  readonly #link: Link;
  readonly #keys: Readonly<Record<string, string>>;
  readonly #patience: number;
  readonly #behind: number;
  readonly #stall: number;
  #underWay = 0;
  #closed = false;

  constructor(link: Link, keys: Readonly<Record<string, string>>, options: CallerOptions = {}) {
    const { patience = Number.POSITIVE_INFINITY, behind = 0, stall = STALL } = options;
    this.#link = link;
    this.#keys = keys;
    this.#patience = patience;
    this.#behind = behind;
    this.#stall = stall + behind;
  }

  readonly run: Run = async (script, args, patience = this.#patience, repeated) => {
    const deadline = performance.now() + patience + this.#behind;
    let known = true;
    let cause: unknown;
    this.#underWay++;
    try {
      for (;;) {
        if (this.#closed) throw closed();
        const remaining = deadline - performance.now();
        if (remaining <= 0 && cause !== undefined) throw away(patience, cause);
        if (!this.#link.up) await this.#link.ready(Math.max(remaining, 0), patience);
        try {
          const rest = Math.min(deadline - performance.now(), this.#stall);
          return await this.#send(script, known, args, Math.max(rest, 0));
        } catch (error) {
          if (known && isUnknownScript(error)) {
            known = false;
            continue;
          }
          cause = error;
          const final: QueueError | undefined = lasting(error);
          if (final !== undefined) throw final;
          if (isReadOnly(error)) this.#link.renew(); // a failover happened: find the new master
          repeated?.();
          await pause(20);
        }
      }
    } finally {
      this.#underWay--;
    }
  };

  /** Counts as a call that is under way. */
  async during<A>(work: () => Promise<A>): Promise<A> {
    this.#underWay++;
    try {
      return await work();
    } finally {
      this.#underWay--;
    }
  }

  /** Resolves when no call is under way any more, nor follows from one, or after `ms`. */
  async idle(ms: number): Promise<void> {
    const deadline = performance.now() + ms;
    do await pause(1);
    while (this.#underWay > 0 && performance.now() < deadline);
  }

  /** From now on every call, those under way included, rejects with CLOSED. */
  close(): void {
    this.#closed = true;
  }

  #send(script: Script, known: boolean, args: readonly Argument[], ms: number): Promise<unknown> {
    const keys = script.keys.map((name) => this.#keys[name] as string);
    const silent = (): Error => {
      if (ms >= this.#stall) this.#link.renew();
      return new Error(`Redis does not answer`);
    };
    // In lower case, or ioredis 5 does not see the keys: it would not prefix them, nor find their node in a Cluster.
    const command = known ? 'evalsha' : 'eval';
    const call = [known ? script.sha : script.text, keys.length, ...keys, ...args];
    return within(ms, this.#link.client.callBuffer(command, call), silent);
  }
}
