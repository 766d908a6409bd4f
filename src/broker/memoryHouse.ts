import type { DeadLetter, HandBack, Stats } from './broker.ts';
import { Shelves } from './memoryShelves.ts';
import type { MemoryTask } from './memoryTask.ts';
import { Twins } from './memoryTwins.ts';
import { Wake } from './memoryWake.ts';

/** The half of a queue in memory that keeps order: each method is what the script of its name in lua/ does. */
export class MemoryHouse {
  readonly shelves = new Shelves();
  readonly wake = new Wake();
  /** What rings when there may be room, for those who were refused. */
  readonly room = new Wake();
  protected readonly tasks = new Map<string, MemoryTask>();
  readonly twins = new Twins();
  protected readonly totals = { put: 0, acked: 0, failed: 0, returned: 0, died: 0 };
  protected readonly clock: { now(): number };
  protected paused = false;
  /** Whether somebody may wait for room. */
  crowded = false;

  constructor(clock: { now(): number }) {
    this.clock = clock;
  }

  handBack({ which, olderThan, at }: HandBack): number {
    const now = this.clock.now();
    const found = this.shelves.leased.dueBy(which === 'expired' ? now : Number.POSITIVE_INFINITY);
    const tasks = found.filter(({ takenAt }) => now - takenAt >= olderThan);
    for (const task of tasks) task.lapsed = true;
    this.rejoin(tasks, at);
    this.totals.returned += tasks.length;
    if (this.shelves.isServing(now)) this.ring();
    return tasks.length;
  }

  dropLeased(olderThan: number): number {
    const now = this.clock.now();
    return this.#forgetAll(this.shelves.leased.slice(0).filter(({ takenAt }) => now - takenAt >= olderThan));
  }

  nudge(): void {
    this.makeRoom();
    if (this.shelves.ready.size + this.shelves.delayed.size > 0) this.ring();
  }

  remove(id: string): number {
    const task = this.tasks.get(id);
    return task === undefined ? 0 : this.#forgetAll([task]);
  }

  removeMatching(body: Buffer | string, count: number): number {
    const bytes = Buffer.from(body as string);
    const waiting = [...this.shelves.ready.slice(0), ...this.shelves.delayed.slice(0)].reverse();
    const found = waiting.filter((task) => task.body.equals(bytes));
    return this.#forgetAll(count > 0 ? found.slice(0, count) : found.slice(count));
  }

  failures(id: string, reset: boolean): number {
    const task = this.tasks.get(id);
    const count = task?.failures ?? 0;
    if (reset && task?.shelf !== this.shelves.dead) task?.forgetFailures();
    return count;
  }

  pause(paused: boolean): void {
    const was = this.paused;
    this.paused = paused;
    if (paused) this.wake.silence();
    else if (was) this.ring();
  }

  stats(): Stats {
    const { ready, leased, delayed, dead } = this.shelves;
    const sizes = { ready: ready.size, leased: leased.size, delayed: delayed.size, dead: dead.size };
    return { ...sizes, paused: this.paused, ...this.totals };
  }

  purge(): number {
    return this.#forgetAll([...this.shelves.ready.slice(0), ...this.shelves.delayed.slice(0)]);
  }

  deadLetters(limit: number, after: string | undefined): DeadLetter[] {
    const last = after === undefined ? undefined : this.tasks.get(after);
    const from = last?.shelf === this.shelves.dead ? this.shelves.dead.indexOf(last) + 1 : 0;
    return this.shelves.dead.slice(from, from + limit).map((task) => task.letter());
  }

  replay(ids: readonly string[] | 'all'): number {
    const named = ids === 'all' ? this.shelves.dead.slice(0) : [...new Set(ids)].map((id) => this.tasks.get(id));
    const tasks = named.filter((task) => task?.shelf === this.shelves.dead) as MemoryTask[];
    for (const task of tasks) task.revive(this.clock.now());
    this.rejoin(tasks, 'back');
    if (tasks.length > 0) this.ring();
    return tasks.length;
  }

  purgeDead(): number {
    return this.#forgetAll(this.shelves.dead.slice(0));
  }

  /** Back in line, in this order. */
  protected rejoin(tasks: readonly MemoryTask[], at: 'front' | 'back'): void {
    const coming = tasks.filter((task) => this.returns(task));
    if (at === 'front') this.shelves.toFront(coming);
    else for (const task of coming) this.shelves.toBack(task);
  }

  /** Whether it may wait again; one whose twin waits already is forgotten. */
  protected returns(task: MemoryTask): boolean {
    const may = this.twins.claim(task);
    if (!may) this.forget(task);
    return may;
  }

  protected forget(task: MemoryTask): void {
    this.shelves.place(task, undefined);
    this.twins.free(task);
    this.tasks.delete(task.id);
  }

  protected ring(): void {
    if (!this.paused) this.wake.ring();
  }

  protected makeRoom(): void {
    if (this.crowded) this.room.ring();
  }

  #forgetAll(tasks: readonly MemoryTask[]): number {
    if (tasks.some((task) => this.shelves.isWaiting(task))) this.makeRoom();
    for (const task of tasks) this.forget(task);
    return tasks.length;
  }
}
