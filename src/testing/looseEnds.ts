import type { Task } from '../task.ts';
import { complaint, listed, placed } from './complaint.ts';
import type { MarbleQueues } from './marbleQueues.ts';
import type { TaskDiagram } from './taskDiagram.ts';

/** What a spec leaves behind that it should not: names of tasks there are none of, and tasks that nobody settled. */
export class LooseEnds {
  readonly #queues: MarbleQueues;
  readonly #tasks: TaskDiagram<unknown>[] = [];
  readonly #letters = new Set<string>();
  readonly #named: { readonly id: string; readonly where: string; readonly place: Error }[] = [];
  readonly #settled = new WeakSet<Task<unknown>>();
  readonly #told = new Set<object>();

  constructor(queues: MarbleQueues) {
    this.#queues = queues;
  }

  watch(tasks: TaskDiagram<unknown>, letters: Iterable<string>): void {
    this.#tasks.push(tasks);
    for (const letter of letters) this.#letters.add(letter);
  }

  /** The spec speaks of this task. */
  name(id: string, where: string, place: Error): void {
    this.#named.push({ id, where, place });
  }

  /** An expectation has seen what is to become of it. */
  settle(task: Task<unknown>): void {
    this.#settled.add(task);
  }

  /** The spec says what the queue holds in the end, leases included. */
  expectLeases(queue: object): void {
    this.#told.add(queue);
  }

  /** What to say of a name there is no task of; ids that the body's own puts chose count as well. */
  unknown(): Error | undefined {
    const known = new Set([...this.#letters, ...this.#queues.ids]);
    const named = this.#named.find(({ id }) => !known.has(id));
    if (named === undefined) return undefined;
    const { id, where, place } = named;
    const advice = `this spec has ${listed([...known])}; name one of them, or give the letter a value: { ${id}: ack('a') }`;
    return placed(complaint(`there is no task ${id} (${where}): ${advice}`), place);
  }

  /** Complains of tasks that are unsettled when virtual time ends. */
  settled(frame: number): void {
    const unknown = this.unknown();
    if (unknown !== undefined) throw unknown;
    const unfinished = `unfinished: not settled when virtual time ends, in frame ${frame}:`;
    for (const { name, ids } of this.#queues.leasing(this.#told)) {
      const expected = `expectQueue(queue).toHold({ leased: [${ids.map((id) => `'${id}'`).join(', ')}] })`;
      throw complaint(
        `${unfinished} ${listed(ids)} of '${name}'. Draw longer diagrams if that comes later; end the pipeline in queue.settle() if nothing writes its settlements; or expect it: ${expected}`,
      );
    }
    const stuck = this.#tasks
      .flatMap(({ unsettled }) => unsettled)
      .filter(({ task, owner }) => owner?.what === 'expectSettlements' && owner.open && !this.#settled.has(task));
    if (stuck.length > 0)
      throw complaint(
        `${unfinished} ${listed(stuck.map(({ task }) => task.id))}, and the stream goes on. See that its work ends, or say when you stop listening: expectSettlements(stream, '---!')`,
      );
  }
}
