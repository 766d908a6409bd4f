import { within } from '../broker/call.ts';
import { lasting } from '../broker/faults.ts';
import type { Link } from '../broker/link.ts';
import * as check from '../check.ts';
import type { Result } from '../result.ts';
import { asRqError, RqError } from './errors.ts';
import { judge, type Pending } from './outcome.ts';
import { scripts } from './scripts.ts';
import type { RqSerializer } from './serializer.ts';
import { type RqStore, settled, textOf } from './store.ts';

export interface ResultOptions {
  /** ms to wait; 0: not at all. Default: for ever. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

/** s after which a job is looked at again though nothing was told: a deletion or a cancel tells nobody. */
const BLOCK = 5;
/** ms the connection stays open after the last one has stopped waiting. */
const LINGER = 500;

interface Waiter extends Pending {
  readonly id: string;
  readonly wake: () => void;
}

// RESP2 answers an array of [key, entries], RESP3 a map, which the driver gives as key, entries, key, entries.
const streamsIn = (reply: unknown): string[] =>
  ((reply as unknown[] | null) ?? [])
    .map((each) => (Array.isArray(each) ? each[0] : each))
    .filter((each) => Buffer.isBuffer(each))
    .map(textOf);

/** Waits for the results of any number of jobs on one connection of its own, opened when first needed. */
export class Results {
  readonly #store: RqStore;
  readonly #waiters = new Set<Waiter>();
  #link: Link | undefined;
  #clientId: number | undefined;
  #running = false;
  #lingering: NodeJS.Timeout | undefined;
  #refused: RqError | undefined;
  /** Whether the present wait is for others than those who wait now. */
  #outdated = false;

  constructor(store: RqStore) {
    this.#store = store;
  }

  /** Throws TypeError or RangeError naming the option. */
  wait(id: string, serializer: RqSerializer, options: ResultOptions | undefined): Promise<Result<unknown, RqError>> {
    const { timeout = Number.POSITIVE_INFINITY, signal } = check.options('result', 'options', options);
    check.milliseconds('result', 'timeout', timeout, { max: check.LONGEST, unlimited: true });
    return settled(this.#wait(id, serializer, timeout, check.abortSignal('result', signal)));
  }

  close(): void {
    this.#hangUp();
    for (const { wake } of this.#waiters) wake();
  }

  /** The reply of `outcome.lua`: how a job stands. */
  look(id: string): Promise<unknown> {
    return this.#store.run(scripts.outcome, [id]);
  }

  async #wait(id: string, serializer: RqSerializer, timeout: number, signal?: AbortSignal): Promise<unknown> {
    const deadline = performance.now() + timeout;
    for (;;) {
      if (signal?.aborted) throw new RqError('ABORTED', 'The caller gave up waiting', { cause: signal.reason });
      const state = judge(serializer, id, await this.look(id));
      if ('value' in state) return state.value;
      const remaining = deadline - performance.now();
      if (remaining <= 0) throw new RqError('TIMEOUT', `Job ${id} has no result within ${timeout} ms`, { heals: true });
      if (this.#refused !== undefined) throw this.#refused;
      await this.told(id, state.after, Math.min(remaining, BLOCK * 1_000), signal);
    }
  }

  /** Resolves when there is something new in the job's results, or it is time to look anyway. */
  told(id: string, after: string, ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted || this.#store.closed) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', wake);
        this.#waiters.delete(waiter);
        // Nobody waits any more: the connection must not keep the process alive.
        if (this.#waiters.size === 0) this.#interrupt();
        resolve();
      };
      const timer = setTimeout(wake, ms);
      const waiter: Waiter = { id, after, wake };
      signal?.addEventListener('abort', wake, { once: true });
      this.#waiters.add(waiter);
      if (this.#running) this.#interrupt();
      else void this.#run();
    });
  }

  /** Ends the present wait, so that the next one is for those who wait now. */
  #interrupt(): void {
    if (this.#outdated) return;
    this.#outdated = true;
    // Again and again: the two connections are not in step, and what is not blocked yet is not unblocked.
    const unblock = async () => {
      while (this.#outdated && this.#running && !this.#store.closed) {
        if (this.#clientId !== undefined) await this.#store.command('CLIENT', 'UNBLOCK', this.#clientId);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    };
    unblock().catch(() => {});
  }

  async #run(): Promise<void> {
    this.#running = true;
    clearTimeout(this.#lingering);
    try {
      while (this.#waiters.size > 0 && !this.#store.closed) await this.#block();
    } catch (error) {
      // What waiting cannot mend: no permission, or closed.
      this.#refused = asRqError(error);
      for (const { wake } of this.#waiters) wake();
    } finally {
      this.#running = false;
      this.#outdated = false;
      this.#clientId = undefined;
      // Whoever waits for one job after the other finds it open.
      this.#lingering = setTimeout(() => this.#hangUp(), this.#store.closed ? 0 : LINGER);
    }
  }

  #hangUp(): void {
    clearTimeout(this.#lingering);
    this.#link?.close();
    this.#link = undefined;
  }

  async #block(): Promise<void> {
    this.#link ??= this.#store.blocking();
    const link = this.#link;
    await link.ready(Number.POSITIVE_INFINITY);
    try {
      const silent = () => {
        link.renew();
        return new Error('Redis does not answer');
      };
      this.#clientId = await within(BLOCK * 1_000, link.client.client('ID'), silent);
      const waiters = [...this.#waiters];
      this.#outdated = false;
      if (waiters.length === 0) return;
      const streams = [...waiters.map(({ id }) => `rq:results:${id}`), ...waiters.map(({ after }) => after)];
      const reply = link.client.callBuffer('XREAD', ['BLOCK', BLOCK * 1_000, 'STREAMS', ...streams]);
      const heard = await within(BLOCK * 1_000 + 10_000, reply, silent);
      const told = new Set(streamsIn(heard));
      for (const { id, wake } of waiters) if (told.has(`rq:results:${id}`)) wake();
    } catch (error) {
      const final = lasting(error);
      if (final !== undefined) throw final;
      this.#clientId = undefined;
      await new Promise((resolve) => setTimeout(resolve, 20));
      await link.ready(Number.POSITIVE_INFINITY);
    }
  }
}
