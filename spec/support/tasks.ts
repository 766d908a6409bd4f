import { Ok } from '../../src/result.ts';
import { type Held, type Holder, holderOf, type Settlement, Task, type Verdict } from '../../src/task.ts';
import { TaskBatch } from '../../src/taskBatch.ts';

export interface TaskFields<T> extends Partial<Omit<Held, 'id'>> {
  readonly payload?: T;
}

/** A real task whose holder settles nothing and remembers what it was asked. Its payload is its id unless given. */
export function task(id: string, fields?: TaskFields<string>): Task<string>;
export function task<T>(id: string, fields: TaskFields<T> & { readonly payload: T }): Task<T>;
export function task(id: string, { payload = id, ...held }: TaskFields<unknown> = {}): Task {
  return new Task({ ...fresh, ...held, id }, payload, new StubHolder());
}

export const tasks = (...ids: string[]): Task<string>[] => ids.map((id) => task(id));

export const batch = (...ids: string[]): TaskBatch<string> => new TaskBatch(tasks(...ids));

/** What was asked of a task's holder, in order: `ack`, `fail`, `extend 1000` … */
export const callsOf = (task: Task): readonly string[] => (holderOf(task)[0] as StubHolder).calls;

/** A settlement for marbles: `ack a = 1`, `fail b: boom`, `fail b in 10: boom`, `kill c: …`, `release d`. */
export const outcome = ({ task, kind, value, reason, delay }: Settlement): string => {
  const said = reason instanceof Error ? reason.message : reason;
  return [
    `${kind} ${task.id}`,
    delay === undefined ? '' : ` in ${delay}`,
    value === undefined ? '' : ` = ${JSON.stringify(value)}`,
    said === undefined ? '' : `: ${said}`,
  ].join('');
};

/** A batch for marbles: `a b c`; anything else as `outcome` would have it, or a task's id. */
export const shown = (value: Task | TaskBatch | Settlement): string => {
  if (value instanceof TaskBatch) return value.tasks.map(({ id }) => id).join(' ');
  return value instanceof Task ? value.id : outcome(value);
};

const fresh: Omit<Held, 'id'> = {
  enqueuedAt: 0,
  priority: 0,
  deliveries: 1,
  failures: 0,
  failingFor: 0,
  headers: {},
  leasedUntil: 30_000,
};

class StubHolder implements Holder {
  readonly queue = 'stub';
  readonly calls: string[] = [];

  settle(_: Held, { kind }: Verdict): void {
    this.calls.push(kind);
  }

  async attempt(_: Held, { kind }: Verdict) {
    this.calls.push(kind);
    return Ok(undefined);
  }

  async extend(_: Held, ms: number) {
    this.calls.push(`extend ${ms}`);
    return Ok(undefined);
  }
}
