import * as check from './check.ts';
import type { QueueError } from './errors.ts';
import { type FailOptions, failOptions } from './failOptions.ts';
import { Err, Ok, type Result } from './result.ts';
import type { Task } from './task.ts';

/** Tasks that travel together and settle whole or task by task. Iterable, in order of arrival. */
export class TaskBatch<T = unknown> {
  readonly tasks: readonly Task<T>[];

  constructor(tasks: readonly Task<T>[]) {
    this.tasks = check.list('TaskBatch', 'tasks', tasks, 'an array of tasks');
  }

  get payloads(): T[] {
    return this.tasks.map((task) => task.payload);
  }

  get length(): number {
    return this.tasks.length;
  }

  [Symbol.iterator](): Iterator<Task<T>> {
    return this.tasks[Symbol.iterator]();
  }

  /** Each resolves to `Ok` when it took effect for all; else to the error, whose `ids` name the tasks it did not. */
  ack(): Promise<Result<void, QueueError>> {
    return this.#each((task) => task.ack());
  }

  fail(reason?: unknown, options?: FailOptions): Promise<Result<void, QueueError>> {
    const checked = failOptions('fail', options);
    return this.#each((task) => task.fail(reason, checked));
  }

  release(): Promise<Result<void, QueueError>> {
    return this.#each((task) => task.release());
  }

  kill(reason?: unknown): Promise<Result<void, QueueError>> {
    return this.#each((task) => task.kill(reason));
  }

  // Calls of one turn travel together, so this is one script, in order.
  async #each(settle: (task: Task<T>) => Promise<Result<void, QueueError>>): Promise<Result<void, QueueError>> {
    const results = await Promise.all(this.tasks.map(settle));
    const refused = results.find((result) => result.err);
    if (refused === undefined || refused.ok) return Ok(undefined);
    const ids = this.tasks.filter((_, i) => results[i]?.err).map(({ id }) => id);
    return Err(refused.val.about(ids));
  }
}
