import { Observable, Subject } from 'rxjs';
import { QueueError } from '../errors.ts';
import { Err, Ok, type Result } from '../result.ts';
import { type Answer, type Held, type Holder, Task, type Verdict } from '../task.ts';
import type { Expectation } from './expectations.ts';
import type { MarbleTasks, TaskFields } from './helpers.ts';
import { shown } from './outcomes.ts';

export interface TaskDiagramOptions<T> {
  readonly marbles: Observable<string>;
  readonly now: () => number;
  readonly payloadOf: (letter: string) => T;
  readonly fieldsOf: (letter: string) => TaskFields;
  /** Who subscribes right now. */
  readonly whose: () => Expectation | undefined;
}

interface Given {
  readonly task: Task;
  /** The expectation that listens to it, where one does directly. */
  readonly owner: Expectation | undefined;
}

/** How long a task of a diagram is leased, ms. */
const LEASE = 30_000;

/** Real tasks at the frames of a diagram, that remember how they were settled. Cold, like a queue's. */
export class TaskDiagram<T> extends Observable<Task<T>> implements MarbleTasks<T>, Holder {
  readonly queue = 'tasks';
  readonly settlements: Observable<string>;
  readonly #settlements = new Subject<string>();
  readonly #options: TaskDiagramOptions<T>;
  readonly #open = new Map<Held, Given>();

  constructor(options: TaskDiagramOptions<T>) {
    super((out) => {
      const deliveries = new Map<string, number>();
      const owner = options.whose();
      return options.marbles.subscribe({
        next: (letter) => {
          const delivered = (deliveries.get(letter) ?? 0) + 1;
          deliveries.set(letter, delivered);
          out.next(this.#deliver(letter, delivered, owner));
        },
        error: (error: unknown) => out.error(error),
        complete: () => out.complete(),
      });
    });
    this.#options = options;
    this.settlements = this.#settlements.asObservable();
  }

  /** What was given out and not settled. */
  get unsettled(): readonly Given[] {
    return [...this.#open.values()];
  }

  settle(held: Held, verdict: Verdict, answer: Answer): void {
    answer(this.#settle(held, verdict), held.id, verdict);
  }

  async attempt(held: Held, verdict: Verdict): Promise<Result<void, QueueError>> {
    const error = this.#settle(held, verdict);
    return error === undefined ? Ok(undefined) : Err(error);
  }

  async extend(held: Held, ms: number): Promise<Result<void, QueueError>> {
    if (!this.#open.has(held)) return Err(stale(held.id));
    Object.assign(held, { leasedUntil: this.#options.now() + ms });
    return Ok(undefined);
  }

  #settle(held: Held, verdict: Verdict): QueueError | undefined {
    const given = this.#open.get(held);
    if (given === undefined) return stale(held.id);
    this.#open.delete(held);
    this.#settlements.next(shown({ ...verdict, task: given.task }) as string);
    return undefined;
  }

  #deliver(letter: string, deliveries: number, owner: Expectation | undefined): Task<T> {
    const now = this.#options.now();
    const held: Held = {
      id: letter,
      enqueuedAt: now,
      priority: 0,
      deliveries,
      failures: 0,
      failingFor: 0,
      headers: {},
      leasedUntil: now + LEASE,
      ...this.#options.fieldsOf(letter),
    };
    const task = new Task(held, this.#options.payloadOf(letter), this);
    this.#open.set(held, { task, owner });
    return task;
  }
}

const stale = (id: string): QueueError =>
  new QueueError('STALE', `Task ${id} is no longer this delivery's to settle: it was settled before`, { ids: [id] });
