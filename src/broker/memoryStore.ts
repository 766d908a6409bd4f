import type {
  DeadLetter,
  Delivery,
  Disposal,
  Entry,
  HandBack,
  Hold,
  Outcome,
  RetryRule,
  Stats,
  Taken,
} from './broker.ts';
import { Shelves } from './memoryShelves.ts';
import { MemoryTask } from './memoryTask.ts';
import { Wake } from './memoryWake.ts';

/** A queue in memory: each method is what the script of its name in lua/ does, said in plain TypeScript. */
export class MemoryStore {
  readonly shelves = new Shelves();
  readonly wake = new Wake();
  readonly #tasks = new Map<string, MemoryTask>();
  readonly #totals = { put: 0, acked: 0, failed: 0, returned: 0, died: 0 };
  readonly #clock: { now(): number };
  #deliveries = 0;
  #paused = false;

  constructor(clock: { now(): number }) {
    this.#clock = clock;
  }

  put(entries: readonly Entry[]): boolean[] {
    const now = this.#clock.now();
    const earliest = this.shelves.delayed.first?.at;
    const front: MemoryTask[] = [];
    const ready = this.shelves.ready.size;
    const added = entries.map((entry) => {
      if (this.#tasks.has(entry.id)) return false;
      const task = new MemoryTask(entry, now);
      this.#tasks.set(task.id, task);
      this.#totals.put++;
      if (entry.delay > 0) this.#delay(task, entry.delay, entry.front);
      else if (entry.front) front.push(task);
      else this.shelves.toBack(task);
      return true;
    });
    this.shelves.toFront(front);
    // An idle consumer sleeps until the earliest task it knows of is due: tell it of an earlier one.
    if (this.shelves.ready.size > ready || this.shelves.delayed.first?.at !== earliest) this.#ring();
    return added;
  }

  take(count: number, lease: number): Taken {
    const now = this.#clock.now();
    if (this.#paused) return { deliveries: [], missing: [], left: 0, dueIn: undefined };
    this.shelves.promote(now);
    const deliveries = this.shelves.ready.slice(0, count).map((task): Delivery => {
      this.shelves.place(task, this.shelves.leased, now + lease);
      return task.delivery(now, lease, String(++this.#deliveries));
    });
    if (this.shelves.ready.size > 0) this.#ring();
    const next = this.shelves.delayed.first;
    return { deliveries, missing: [], left: this.shelves.ready.size, dueIn: next && next.at - now };
  }

  settle(disposals: readonly Disposal[], rule: RetryRule): Outcome[] {
    const outcomes: Outcome[] = disposals.map(() => 0);
    // As in Redis: the acks first, then the others.
    for (const [i, disposal] of disposals.entries())
      if (disposal.kind === 'ack' && this.#ack(disposal)) outcomes[i] = 1;
    const front: MemoryTask[] = [];
    let coming = false;
    for (const [i, disposal] of disposals.entries()) {
      const task = disposal.kind === 'ack' ? undefined : this.#held(disposal);
      if (task === undefined) continue;
      const dies = task.judge(disposal, rule, this.#clock.now());
      outcomes[i] = dies ? 2 : 1;
      coming ||= !dies;
      if (disposal.kind === 'fail') this.#totals.failed++;
      if (disposal.kind === 'release') this.#totals.returned++;
      if (dies) this.#totals.died++;
      if (dies) this.shelves.place(task, this.shelves.dead, this.#clock.now());
      else if (disposal.delay > 0) this.#delay(task, disposal.delay, disposal.at === 'front');
      else if (disposal.at === 'back') this.shelves.toBack(task);
      else {
        this.shelves.place(task, undefined);
        front.push(task);
      }
    }
    this.shelves.toFront(front);
    if (coming) this.#ring();
    return outcomes;
  }

  renew(holds: readonly Hold[], lease: number, exact: boolean): number[] {
    const end = this.#clock.now() + lease;
    return holds.map((hold) => {
      const task = this.#held(hold);
      if (task === undefined) return 0;
      if (exact || end >= task.at) this.shelves.place(task, this.shelves.leased, end);
      return Math.floor(task.at);
    });
  }

  handBack({ which, olderThan, at }: HandBack): number {
    const now = this.#clock.now();
    const found = this.shelves.leased.dueBy(which === 'expired' ? now : Number.POSITIVE_INFINITY);
    const tasks = found.filter(({ takenAt }) => now - takenAt >= olderThan);
    for (const task of tasks) task.lapsed = true;
    if (at === 'front') this.shelves.toFront(tasks);
    else for (const task of tasks) this.shelves.toBack(task);
    this.#totals.returned += tasks.length;
    if (this.shelves.isServing(now)) this.#ring();
    return tasks.length;
  }

  nudge(): void {
    if (this.shelves.ready.size + this.shelves.delayed.size > 0) this.#ring();
  }

  remove(id: string): boolean {
    const task = this.#tasks.get(id);
    if (task !== undefined) this.#forget(task);
    return task !== undefined;
  }

  pause(paused: boolean): void {
    const was = this.#paused;
    this.#paused = paused;
    if (paused) this.wake.silence();
    else if (was) this.#ring();
  }

  stats(): Stats {
    const { ready, leased, delayed, dead } = this.shelves;
    const sizes = { ready: ready.size, leased: leased.size, delayed: delayed.size, dead: dead.size };
    return { ...sizes, paused: this.#paused, ...this.#totals };
  }

  purge(): number {
    return this.#forgetAll([...this.shelves.ready.slice(0), ...this.shelves.delayed.slice(0)]);
  }

  deadLetters(limit: number, after: string | undefined): DeadLetter[] {
    const last = after === undefined ? undefined : this.#tasks.get(after);
    const from = last?.shelf === this.shelves.dead ? this.shelves.dead.indexOf(last) + 1 : 0;
    return this.shelves.dead.slice(from, from + limit).map((task) => task.letter());
  }

  replay(ids: readonly string[] | 'all'): number {
    const named = ids === 'all' ? this.shelves.dead.slice(0) : [...new Set(ids)].map((id) => this.#tasks.get(id));
    const tasks = named.filter((task) => task?.shelf === this.shelves.dead) as MemoryTask[];
    for (const task of tasks) {
      task.forgetFailures();
      this.shelves.toBack(task);
    }
    if (tasks.length > 0) this.#ring();
    return tasks.length;
  }

  purgeDead(): number {
    return this.#forgetAll(this.shelves.dead.slice(0));
  }

  /** The task, while it is leased to this delivery. */
  #held(hold: Hold): MemoryTask | undefined {
    const task = this.#tasks.get(hold.id);
    return task?.shelf === this.shelves.leased && task.token === hold.token ? task : undefined;
  }

  /** Whether it counted: in time, or late and before the next delivery. */
  #ack(hold: Hold): boolean {
    const task = this.#tasks.get(hold.id);
    if (task === undefined || task.token !== hold.token || !(task.shelf === this.shelves.leased || task.lapsed))
      return false;
    this.#forget(task);
    this.#totals.acked++;
    return true;
  }

  #forgetAll(tasks: readonly MemoryTask[]): number {
    for (const task of tasks) this.#forget(task);
    return tasks.length;
  }

  #forget(task: MemoryTask): void {
    this.shelves.place(task, undefined);
    this.#tasks.delete(task.id);
  }

  #delay(task: MemoryTask, delay: number, front: boolean): void {
    task.front = front;
    this.shelves.place(task, this.shelves.delayed, this.#clock.now() + Math.ceil(delay));
  }

  #ring(): void {
    if (!this.#paused) this.wake.ring();
  }
}
