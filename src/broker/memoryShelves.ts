import { Shelf } from './memoryShelf.ts';
import type { MemoryTask } from './memoryTask.ts';

/** As far as the places of one priority reach; those that return to the front are below the first of them. */
const BAND = 2 ** 49;
const bandOf = ({ priority }: MemoryTask): number => (9 - priority) * BAND;

/** The four places a task can be in. It is in one of them, or gone. */
export class Shelves {
  readonly ready = new Shelf<MemoryTask>();
  /** By when they are due. */
  readonly delayed = new Shelf<MemoryTask>();
  /** By the end of the lease. */
  readonly leased = new Shelf<MemoryTask>();
  /** By when they died. */
  readonly dead = new Shelf<MemoryTask>();
  #turns = 1;

  /** Takes it from where it is and puts it there; a task is never in two places. */
  place(task: MemoryTask, shelf: Shelf<MemoryTask> | undefined, at = 0): void {
    task.shelf?.delete(task);
    Object.assign(task, { shelf, at, turn: this.#turns++ });
    shelf?.add(task);
  }

  toBack(task: MemoryTask): void {
    this.place(task, this.ready, bandOf(task) + this.#turns);
  }

  /** The first of them will be next. */
  toFront(tasks: readonly MemoryTask[]): void {
    for (const task of tasks.toReversed()) this.place(task, this.ready, bandOf(task) - this.#turns);
  }

  /** Puts what is due in line. */
  promote(now: number): void {
    const due = this.delayed.dueBy(now);
    this.toFront(due.filter(({ front }) => front));
    for (const task of due) if (!task.front) this.toBack(task);
  }

  isWaiting({ shelf }: MemoryTask): boolean {
    return shelf === this.ready || shelf === this.delayed;
  }

  /** Whether something could be delivered at this moment. */
  isServing(now: number): boolean {
    return this.ready.size > 0 || (this.delayed.first?.at ?? Number.POSITIVE_INFINITY) <= now;
  }
}
