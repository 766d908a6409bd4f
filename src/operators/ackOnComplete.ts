import {
  asyncScheduler,
  from,
  type ObservableInput,
  type ObservedValueOf,
  type OperatorFunction,
  type Subscriber,
  type Subscription,
} from 'rxjs';
import * as check from '../check.ts';
import { type Flow, operate, type PayloadOf, type ValueOf, type WorkIn } from '../stream.ts';
import { isSettlement, type Settlement, type Task, TaskBatch } from '../task.ts';

export interface AckOnCompleteConfig {
  /** How many works may run at once; `Infinity` for no limit. Default 1: one after the other. */
  readonly concurrency?: number;
  /** Milliseconds a work may take before its task fails. Default: as long as it likes. */
  readonly timeout?: number;
}

/** What a work is given besides its task. */
export interface WorkContext {
  /** Aborts when the work times out, and when the stream is unsubscribed or errors. Made when first asked for. */
  readonly signal: AbortSignal;
}

/**
 * Runs `work` for each task, or each batch, and settles it by how the work ends.
 *
 *     tasks   -a----b--|
 *     work a   --|
 *     work b        -#
 *     out     ---A---B-|     ackOnComplete(({ id }) => work[id]), A = ack a, B = fail b: boom
 *
 * Works start in order of arrival, at most `concurrency` at once. A work is what `from` takes: an
 * Observable, a promise, an iterable; one that is cut short is unsubscribed and its `signal` aborts.
 *
 * Emits      an `ack` with the work's last value, if it had one, when it completes; a `fail` with the error
 *            as its reason when it errors, throws, is no ObservableInput, or is not done within `timeout`:
 *            it is then cut short and its place is free. For a batch, one settlement per task, in order.
 *            Settlements already in the stream pass through at once and take no place.
 * Completes  with the source, after the last work.
 * Errors     the source's error, at once; works under way are cut short and their tasks stay unsettled.
 * Throws     TypeError or RangeError at call time when `work`, `concurrency` or `timeout` is not what it should be.
 * Source     `mergeMap`, and `block` in saferedisqueue's and aioredisqueue's README: acknowledge after it, fail on its error.
 */
export function ackOnComplete<In extends Flow, O extends ObservableInput<unknown>>(
  work: (item: NoInfer<WorkIn<In>>, context: WorkContext) => O,
  config?: AckOnCompleteConfig,
): OperatorFunction<In, Settlement<PayloadOf<In>, ObservedValueOf<O> | ValueOf<In>>>;
// On its own, outside a pipe, the work alone says what it takes.
export function ackOnComplete<Item extends Task | TaskBatch, O extends ObservableInput<unknown>>(
  work: (item: Item, context: WorkContext) => O,
  config?: AckOnCompleteConfig,
): OperatorFunction<Item | Settlement<PayloadOf<Item>, never>, Settlement<PayloadOf<Item>, ObservedValueOf<O>>>;
export function ackOnComplete(work: Work, config?: AckOnCompleteConfig): OperatorFunction<Flow, Settlement> {
  const { concurrency, timeout } = workConfig('ackOnComplete', work, config);
  return operate((out) => new Crew(work, concurrency, timeout, out));
}

/** Defaults filled in, for whoever takes a work. Throws TypeError or RangeError naming `where`. */
export const workConfig = (where: string, work: unknown, given: AckOnCompleteConfig | undefined) => {
  check.callable(where, 'work', work);
  const { concurrency = 1, timeout = Number.POSITIVE_INFINITY } = check.options(where, 'config', given);
  check.count(where, 'concurrency', concurrency, { min: 1, unlimited: true });
  check.milliseconds(where, 'timeout', timeout, { min: 1, max: check.LONGEST, unlimited: true });
  return { concurrency, timeout };
};

type Work = (item: Task | TaskBatch, context: WorkContext) => ObservableInput<unknown>;
type Ending = Omit<Settlement, 'task'>;

// Not composed of mergeMap: settlements overtake waiting tasks, any number of works may end as they start,
// and this is the hot path. One Run per task and no Observable around a promise: an async function that does
// nothing costs 0.28 µs a task where bare mergeMap(work, 100) takes 1.0, `of` 0.42 where it takes 0.34; with
// 200,000 tasks waiting 0.5 against 72 (Node 20).
class Crew {
  readonly #work: Work;
  readonly #concurrency: number;
  readonly #timeout: number;
  readonly #out: Subscriber<Settlement>;
  readonly #running = new Set<Run>();
  #waiting: (Task | TaskBatch)[] = [];
  #first = 0;
  #starting = false;
  #completed = false;

  constructor(work: Work, concurrency: number, timeout: number, out: Subscriber<Settlement>) {
    this.#work = work;
    this.#concurrency = concurrency;
    this.#timeout = timeout;
    this.#out = out;
    out.add(() => {
      for (const run of this.#running) run.cut();
    });
  }

  next(value: Flow): void {
    if (isSettlement(value)) return this.#out.next(value);
    this.#waiting.push(value);
    this.#advance();
  }

  complete(): void {
    this.#completed = true;
    this.#advance();
  }

  settle(run: Run, ending: Ending): void {
    const { item } = run;
    if (item instanceof TaskBatch) for (const task of item.tasks) this.#out.next({ task, ...ending });
    else this.#out.next({ task: item, ...ending });
    this.#running.delete(run);
    this.#advance();
  }

  // A loop, not a recursion.
  #advance(): void {
    if (this.#starting) return;
    this.#starting = true;
    while (this.#first < this.#waiting.length && this.#running.size < this.#concurrency && !this.#out.closed) {
      const run = new Run(this.#shift(), this);
      this.#running.add(run);
      run.start(this.#work, this.#timeout);
    }
    this.#starting = false;
    if (this.#completed && this.#running.size === 0 && this.#first === this.#waiting.length) this.#out.complete();
  }

  // Array.shift moves all the others, once they are many.
  #shift(): Task | TaskBatch {
    const item = this.#waiting[this.#first++] as Task | TaskBatch;
    if (this.#first === this.#waiting.length || this.#first === 4096) {
      this.#waiting = this.#waiting.slice(this.#first);
      this.#first = 0;
    }
    return item;
  }
}

// One work under way: the observer of its values, and its context.
class Run implements WorkContext {
  readonly item: Task | TaskBatch;
  readonly #crew: Crew;
  #ending: Ending = { kind: 'ack' };
  #ended = false;
  #subscription: Subscription | undefined;
  #timer: Subscription | undefined;
  #controller: AbortController | undefined;
  #aborted: { reason: unknown } | undefined;

  constructor(item: Task | TaskBatch, crew: Crew) {
    this.item = item;
    this.#crew = crew;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#aborted !== undefined) this.#controller.abort(this.#aborted.reason);
    return this.#controller.signal;
  }

  start(work: Work, timeout: number): void {
    try {
      const input = work(this.item, this);
      if (this.#ended) return;
      if (input instanceof Promise)
        input.then(
          (value) => this.#end({ kind: 'ack', value }),
          (reason) => this.error(reason),
        );
      else this.#subscription = from(input).subscribe(this);
    } catch (reason) {
      this.error(reason);
    }
    if (this.#ended) this.#subscription?.unsubscribe();
    else if (timeout !== Number.POSITIVE_INFINITY)
      this.#timer = asyncScheduler.schedule(() => this.#expire(timeout), timeout);
  }

  next(value: unknown): void {
    this.#ending = { kind: 'ack', value };
  }

  error(reason: unknown): void {
    this.#end({ kind: 'fail', reason });
  }

  complete(): void {
    this.#end(this.#ending);
  }

  cut(reason?: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#timer?.unsubscribe();
    this.#subscription?.unsubscribe();
    this.#aborted = { reason };
    this.#controller?.abort(reason);
  }

  #expire(timeout: number): void {
    const reason = new Error(`ackOnComplete: the work was not done within ${timeout} ms`);
    reason.name = 'TimeoutError';
    this.cut(reason);
    this.#crew.settle(this, { kind: 'fail', reason });
  }

  #end(ending: Ending): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#timer?.unsubscribe();
    this.#crew.settle(this, ending);
  }
}
