import type { QueueError } from './errors.ts';
import { type FailOptions, failOptions } from './failOptions.ts';
import type { Result } from './result.ts';
import type { TaskBatch } from './taskBatch.ts';

export type SettlementKind = 'ack' | 'fail' | 'release' | 'kill';

export const DEAD_REASONS = ['retry-limit', 'too-old', 'undecodable', 'killed'] as const;

/** Why a task is among the dead letters. */
export type DeadReason = (typeof DEAD_REASONS)[number];

/** What is to become of one delivery. */
export interface Verdict {
  readonly kind: SettlementKind;
  /** Why: kept with the task as text, cut at 1 KiB. */
  readonly reason?: unknown;
  /** Milliseconds until a failed or released task may be delivered again. */
  readonly delay?: number;
  /** Where it rejoins the queue. Failed: `back`, released: `front` unless said otherwise. */
  readonly at?: 'front' | 'back';
  /** What a killed task is filed under; `killed` unless said otherwise. */
  readonly dead?: DeadReason;
  /** Of an ack: the last value of the work. */
  readonly value?: unknown;
}

/** A verdict on its way to the sink: a plain value, which changes nothing until the sink writes it. */
export interface Settlement<T = unknown, R = unknown> extends Verdict {
  readonly task: Task<T>;
  readonly value?: R;
}

/** What became of a settlement. `ok: false`: it came too late and changed nothing. */
export interface Settled<R = unknown> {
  readonly id: string;
  readonly kind: SettlementKind;
  readonly ok: boolean;
  readonly value?: R;
  readonly reason?: unknown;
}

/** Whether a value of the stream is a settlement, and not a task any more. */
export const isSettlement = <T, R>(value: Task<T> | TaskBatch<T> | Settlement<T, R>): value is Settlement<T, R> =>
  'kind' in value;

/** What a task knows of the delivery it came by. */
export interface Held {
  readonly id: string;
  readonly enqueuedAt: number;
  readonly priority: number;
  readonly deliveries: number;
  readonly failures: number;
  /** Milliseconds from the first failure to this delivery, by the server's clock; 0 without a failure. */
  readonly failingFor: number;
  readonly headers: Readonly<Record<string, string>>;
  /** End of the lease by the server's clock; moves when the lease is renewed. */
  readonly leasedUntil: number;
}

/** Told once what became of a verdict on the delivery of `id`: no error when it took effect, else why it did not. */
export type Answer = (error: QueueError | undefined, id: string, verdict: Verdict) => void;

/** Who can settle a delivery: the ledger of the queue it came from. */
export interface Holder {
  readonly queue: string;
  /** Settles however long Redis is away. */
  settle(held: Held, verdict: Verdict, answer: Answer): void;
  /** Settles, but answers CONNECTION when Redis stays away longer than the queue's patience. */
  attempt(held: Held, verdict: Verdict): Promise<Result<void, QueueError>>;
  extend(held: Held, ms: number): Promise<Result<void, QueueError>>;
}

/** Who settles a task, for the sink. Not part of the public surface. */
export let holderOf: (task: Task<unknown>) => readonly [Holder, Held];

/**
 * One delivery of one task. Its methods are idempotent and fenced: settling twice, or after the lease
 * passed to someone else, changes nothing in Redis and answers `STALE`.
 *
 * An ack that comes after the lease ran out, but before the next delivery, still counts.
 * What each does is said of a queue's tasks; what becomes of a pool's members is said there.
 */
export class Task<T = unknown> {
  static {
    holderOf = (task) => [task.#holder, task.#held];
  }

  readonly id: string;
  readonly payload: T;
  readonly #held: Held;
  readonly #holder: Holder;

  constructor(held: Held, payload: T, holder: Holder) {
    this.id = held.id;
    this.payload = payload;
    this.#held = held;
    this.#holder = holder;
  }

  /** The name of the queue it came from. */
  get queue(): string {
    return this.#holder.queue;
  }

  get headers(): Readonly<Record<string, string>> {
    return this.#held.headers;
  }

  /** 0 normal … 9 first. */
  get priority(): number {
    return this.#held.priority;
  }

  /** When it was put, by the server's clock. */
  get enqueuedAt(): Date {
    return new Date(this.#held.enqueuedAt);
  }

  /** How often it has been delivered, this time included. */
  get deliveries(): number {
    return this.#held.deliveries;
  }

  /** How often it has failed before. */
  get failures(): number {
    return this.#held.failures;
  }

  /** Milliseconds from its first failure to this delivery, by the server's clock; 0 without a failure. */
  get failingFor(): number {
    return this.#held.failingFor;
  }

  /** Until when it is ours, by the server's clock. Moves while the process lives: leases are renewed. */
  get leasedUntil(): Date {
    return new Date(this.#held.leasedUntil);
  }

  /** Done: forget it. */
  ack(): Promise<Result<void, QueueError>> {
    return this.#holder.attempt(this.#held, { kind: 'ack' });
  }

  /** Counts a failure; the task comes back after the backoff, or is dead-lettered once the retry policy is exhausted. */
  fail(reason?: unknown, options?: FailOptions): Promise<Result<void, QueueError>> {
    return this.#holder.attempt(this.#held, { ...failOptions('fail', options), kind: 'fail', reason });
  }

  /** Hands it back to the front. Not a failure. */
  release(): Promise<Result<void, QueueError>> {
    return this.#holder.attempt(this.#held, { kind: 'release' });
  }

  /** Straight to the dead letters. */
  kill(reason?: unknown): Promise<Result<void, QueueError>> {
    return this.#holder.attempt(this.#held, { kind: 'kill', reason });
  }

  /** Moves the end of the lease to `ms` from now. Throws RangeError when `ms` is not 1 to 2,147,483,647. */
  extend(ms: number): Promise<Result<void, QueueError>> {
    return this.#holder.extend(this.#held, ms);
  }
}
