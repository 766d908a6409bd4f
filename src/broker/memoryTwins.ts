import type { Until } from './gate.ts';
import type { MemoryTask } from './memoryTask.ts';

/** Which tasks keep their twins out. */
export class Twins {
  /** Until when they do; undefined: nothing is kept out. */
  until: Until | undefined;
  readonly #holders = new Map<string, MemoryTask>();

  of(digest: string | undefined): MemoryTask | undefined {
    return digest === undefined ? undefined : this.#holders.get(digest);
  }

  /** Digest and id of each. */
  get holders(): readonly (readonly [digest: string, id: string])[] {
    return [...this.#holders].map(([digest, { id }]) => [digest, id]);
  }

  hold(task: MemoryTask): void {
    if (task.digest !== undefined) this.#holders.set(task.digest, task);
  }

  /** From now on, twins of it may be put. */
  free(task: MemoryTask): void {
    if (this.of(task.digest) === task) this.#holders.delete(task.digest as string);
  }

  /** Whether one that comes back may wait again: not while its twin does. */
  claim(task: MemoryTask): boolean {
    const twin = this.of(task.digest);
    if (twin === undefined) this.hold(task);
    return twin === undefined || twin === task;
  }
}
