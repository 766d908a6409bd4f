import type { Delivery, Disposal, Entry, Hold, Outcome, RetryRule, Taken } from './broker.ts';
import type { Gate, Limit, PutOutcome } from './gate.ts';
import { MemoryHouse } from './memoryHouse.ts';
import { MemoryTask } from './memoryTask.ts';
import { tooOld } from './replies.ts';

/** Lets everything in. */
export const OPEN: Gate = { until: undefined, limit: undefined };

/** A queue in memory: each method is what the script of its name in lua/ does, said in plain TypeScript. */
export class MemoryStore extends MemoryHouse {
  #deliveries = 0;

  put(entries: readonly Entry[], { until, limit } = OPEN): PutOutcome[] {
    const earliest = this.shelves.delayed.first?.at;
    const ready = this.shelves.ready.size;
    const { most = Number.POSITIVE_INFINITY, parcels = [entries.length], woken = false } = limit ?? {};
    const answers: PutOutcome[] = [];
    const added: MemoryTask[] = [];
    let [waits, idle, left] = [false, false, most - ready - this.shelves.delayed.size];
    // Others wait already, and no wake-up lies there for whoever comes next: behind them, then.
    let behind = limit !== undefined && this.crowded && !woken && !this.room.armed;
    for (const size of parcels) {
      const parcel = entries.slice(answers.length, answers.length + Math.abs(size));
      const found = parcel.map((entry) => this.#admit(entry));
      const tasks = found.filter((each) => typeof each === 'object');
      if (tasks.length === 0 || (tasks.length <= left && !(behind && size > 0))) {
        left -= tasks.length;
        added.push(...tasks);
        answers.push(...found.map((each) => (typeof each === 'object' ? 1 : each)));
      } else {
        for (const task of tasks) this.forget(task);
        answers.push(...parcel.map((): PutOutcome => 2));
        if (size > 0) [behind, waits, idle] = [true, true, idle || (!waits && tasks.length <= left)];
      }
    }
    this.#store(added);
    if (until !== undefined && added.length > 0) this.twins.until = until;
    // An idle consumer sleeps until the earliest task it knows of is due: tell it of an earlier one.
    if (this.shelves.ready.size > ready || this.shelves.delayed.first?.at !== earliest) this.ring();
    this.#passOn(limit, waits, left);
    // There is room that nobody takes.
    if (idle) this.room.ring();
    return answers;
  }

  take(count: number, lease: number, maxAge = Number.POSITIVE_INFINITY): Taken {
    const now = this.clock.now();
    if (this.paused) return { deliveries: [], missing: [], buried: [], left: 0, dueIn: undefined };
    this.shelves.promote(now);
    const { ready, leased, dead, delayed } = this.shelves;
    const deliveries: Delivery[] = [];
    const buried: { id: string; message: string }[] = [];
    // On, while all there was is dead: whoever asked for a task is not to ask for each of these.
    for (let passed = 0, more = true; more; more &&= deliveries.length === 0 && passed + count <= 250) {
      const next = ready.slice(0, count);
      passed += next.length;
      more = next.length === count;
      if (next.length > 0) this.makeRoom();
      for (const task of next) {
        if (now - task.enqueuedAt > maxAge) buried.push(this.#bury(task, tooOld(maxAge)));
        else {
          this.shelves.place(task, leased, now + lease);
          deliveries.push(task.delivery(now, lease, String(++this.#deliveries)));
        }
        if (this.twins.until === 'leased' || task.shelf === dead) this.twins.free(task);
      }
    }
    if (ready.size > 0) this.ring();
    const next = delayed.first;
    return { deliveries, missing: [], buried, left: ready.size, dueIn: next && next.at - now };
  }

  settle(disposals: readonly Disposal[], rule: RetryRule): Outcome[] {
    const outcomes: Outcome[] = disposals.map(() => 0);
    // As in Redis: the acks first, then the others.
    for (const [i, disposal] of disposals.entries())
      if (disposal.kind === 'ack' && this.#ack(disposal)) outcomes[i] = 1;
    const coming: { readonly task: MemoryTask; readonly disposal: Disposal }[] = [];
    for (const [i, disposal] of disposals.entries()) {
      const task = disposal.kind === 'ack' ? undefined : this.#held(disposal);
      if (task === undefined) continue;
      const dies = task.judge(disposal, rule, this.clock.now());
      outcomes[i] = dies ? 2 : 1;
      if (disposal.kind === 'fail') this.totals.failed++;
      if (disposal.kind === 'release') this.totals.returned++;
      this.shelves.place(task, dies ? this.shelves.dead : undefined, this.clock.now());
      if (dies) this.totals.died++;
      if (dies) this.twins.free(task);
      else coming.push({ task, disposal });
    }
    const staying = coming.filter(({ task }) => this.returns(task));
    for (const { task, disposal } of staying)
      if (disposal.delay > 0) this.#delay(task, disposal.delay, disposal.at === 'front');
      else if (disposal.at === 'back') this.shelves.toBack(task);
    const first = staying.filter(({ disposal }) => disposal.delay === 0 && disposal.at === 'front');
    this.shelves.toFront(first.map(({ task }) => task));
    if (staying.length > 0) this.ring();
    return outcomes;
  }

  renew(holds: readonly Hold[], lease: number, exact: boolean): number[] {
    const end = this.clock.now() + lease;
    return holds.map((hold) => {
      const task = this.#held(hold);
      if (task === undefined) return 0;
      if (exact || end >= task.at) this.shelves.place(task, this.shelves.leased, end);
      return Math.floor(task.at);
    });
  }

  /** A new task, not yet in its place; or what keeps it out. */
  #admit(entry: Entry): MemoryTask | 0 | string {
    if (this.tasks.has(entry.id)) return 0;
    const twin = this.twins.of(entry.digest);
    if (twin !== undefined) return twin.id;
    const task = new MemoryTask(entry, this.clock.now());
    this.tasks.set(task.id, task);
    this.twins.hold(task);
    return task;
  }

  #store(tasks: readonly MemoryTask[]): void {
    for (const task of tasks)
      if (task.delay > 0) this.#delay(task, task.delay, task.front);
      else if (!task.front) this.shelves.toBack(task);
    this.shelves.toFront(tasks.filter(({ delay, front }) => front && delay === 0));
    this.totals.put += tasks.length;
  }

  /** Whose turn is it? Who was woken passes that on while there is room, or says that others may still wait. */
  #passOn(limit: Limit | undefined, waits: boolean, left: number): void {
    if (waits || (limit?.woken && left <= 0)) this.crowded = true;
    else if (limit?.woken) this.room.ring();
    else if (limit !== undefined && this.room.armed) this.crowded = false;
  }

  #bury(task: MemoryTask, message: string): { id: string; message: string } {
    task.die('too-old', message);
    this.shelves.place(task, this.shelves.dead, this.clock.now());
    this.totals.died++;
    return { id: task.id, message };
  }

  /** The task, while it is leased to this delivery. */
  #held(hold: Hold): MemoryTask | undefined {
    const task = this.tasks.get(hold.id);
    return task?.shelf === this.shelves.leased && task.token === hold.token ? task : undefined;
  }

  /** Whether it counted: in time, or late and before the next delivery. */
  #ack(hold: Hold): boolean {
    const task = this.tasks.get(hold.id);
    if (task === undefined || task.token !== hold.token || !(task.shelf === this.shelves.leased || task.lapsed))
      return false;
    if (task.lapsed) this.makeRoom();
    this.forget(task);
    this.totals.acked++;
    return true;
  }

  #delay(task: MemoryTask, delay: number, front: boolean): void {
    task.front = front;
    this.shelves.place(task, this.shelves.delayed, this.clock.now() + Math.ceil(delay));
  }
}
