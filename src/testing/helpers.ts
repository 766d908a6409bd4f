import type { Observable } from 'rxjs';
import type { RunHelpers } from 'rxjs/testing';
import type { PutOptions } from '../put.ts';
import type { Queue } from '../queue.ts';
import type { Task } from '../task.ts';
import type { MarbleQueueOptions, Places } from './marbleQueues.ts';

export type ByLetter<T> = Readonly<Record<string, T>>;

/** What a task of a diagram knows of its delivery, besides its letter; times in virtual ms. */
export interface TaskFields {
  readonly enqueuedAt?: number;
  readonly priority?: number;
  readonly deliveries?: number;
  readonly failures?: number;
  readonly failingFor?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly leasedUntil?: number;
}

/** Real tasks at the frames of a diagram. Cold, like a queue's: each subscription has its own. */
export interface MarbleTasks<T> extends Observable<Task<T>> {
  /** What they were settled as, by their own methods or through the sink of any queue: `ack a`. */
  readonly settlements: Observable<string>;
}

export interface FlowExpectation {
  /** `values` by letter, as text: `ack('a')`. A letter without a value stands for the task of that letter. */
  toBe(marbles: string, values?: ByLetter<unknown>, error?: unknown): void;
}

export interface QueueExpectation {
  /** Ids by place. What is not named must be empty; order counts, except for leases. */
  toHold(places: Partial<Places>): void;
}

/** What a marble spec has at hand: all of RxJS's own, and tasks and queues. */
export interface MarbleHelpers extends RunHelpers {
  /**
   * Real tasks at these frames, their ids the letters; a letter again is the next delivery of its task. Payloads are
   * the letters unless given for each; `fields` says what else a task knows of itself: `{ a: { failures: 2 } }`.
   */
  tasks<T = string>(marbles: string, payloads?: ByLetter<T>, fields?: ByLetter<TaskFields>): MarbleTasks<T>;
  /** A real queue, in memory. At these frames tasks arrive in it, their ids the letters; `|` closes it. */
  queue<T = string>(puts?: string, payloads?: ByLetter<T>, options?: MarbleQueueOptions<T>): Queue<T>;
  /** Puts through `queue` itself, and so over its connection; `options` are those of `queue.put`. */
  put<T = string>(queue: Queue<T>, puts: string, payloads?: ByLetter<T>, options?: Omit<PutOptions<T>, 'id'>): void;
  /** Compares tasks, which are their ids (`a`), and batches (`a b c`). */
  expectTasks(stream: Observable<unknown>, subscription?: string | null): FlowExpectation;
  /** Compares settlements, settled or not yet, as text: `{ A: ack('a'), B: fail('b', 'boom') }`. */
  expectSettlements(stream: Observable<unknown>, subscription?: string | null): FlowExpectation;
  /** What a queue holds when virtual time ends, or in the frame of the `!` in `moment`, after all else that happens there. */
  expectQueue<T>(queue: Queue<T>, moment?: string): QueueExpectation;
}
