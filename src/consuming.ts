import {
  defer,
  firstValueFrom,
  last,
  merge,
  type Observable,
  type ObservableInput,
  type ObservedValueOf,
  type Observer,
  type OperatorFunction,
  Subject,
  takeUntil,
  throwError,
} from 'rxjs';
import { type Answer, abortion, failing, result, same, theOne } from './answers.ts';
import type { Supply } from './broker/broker.ts';
import {
  type CloseOptions,
  closeOptions,
  type GetOptions,
  getOptions,
  type ProcessOptions,
  processOptions,
  type TasksOptions,
  tasksOptions,
} from './callOptions.ts';
import * as check from './check.ts';
import type { Codecs } from './codecs/codecs.ts';
import type { WorkContext } from './crew.ts';
import { closed, QueueError } from './errors.ts';
import type { QueueEvent } from './events.ts';
import { Ledger, type LedgerOptions } from './ledger.ts';
import { ackOnComplete } from './operators/ackOnComplete.ts';
import { Err, Ok } from './result.ts';
import { settle } from './sinks/settle.ts';
import { Intake } from './sources/intake.ts';
import { iterate } from './sources/iterate.ts';
import { type NextOptions, next } from './sources/next.ts';
import { tasks } from './sources/tasks.ts';
import { holderOf, type Settled, type Settlement, Task, type Verdict } from './task.ts';

/** What consuming is made of. */
export interface ConsumingParts<S extends Supply> extends LedgerOptions {
  readonly broker: S;
  readonly codecs: Codecs;
}

/** What can be consumed: the half that a queue and a pool have in common. `S` is the storage it takes from. */
export abstract class Consuming<T, S extends Supply> implements AsyncIterable<Task<T>>, AsyncDisposable {
  readonly name: string;
  /** What happens around it in this process. */
  readonly events: Observable<QueueEvent>;
  readonly #parts: ConsumingParts<S>;
  readonly #ledger: Ledger;
  readonly #intake: Intake<T>;
  readonly #closing = new Subject<void>();
  #closed: Answer<void> | undefined;

  constructor(parts: ConsumingParts<S>) {
    const { queue, broker, events } = parts;
    const ledger = new Ledger(parts);
    this.name = queue;
    this.events = events.asObservable();
    this.#parts = parts;
    this.#ledger = ledger;
    this.#intake = new Intake({ ...parts, ledger });
    broker.link.pipe(takeUntil(this.#closing)).subscribe((event) => {
      events.next(event);
      if (event.type === 'reconnected') ledger.renewal.all();
    });
  }

  /** The next task; waits for one, for ever unless `timeout` says otherwise: then EMPTY. */
  get(options?: GetOptions): Answer<Task<T>> {
    return this.#next('get', 1, options).then(theOne);
  }

  /** The next task, or EMPTY. */
  getNowait(): Answer<Task<T>> {
    return this.#next('getNowait', 1, { timeout: 0 }).then(theOne);
  }

  /** The next tasks: 1 to `n`, as soon as there is one; none after `timeout`. */
  getMulti(n: number, options?: GetOptions): Answer<Task<T>[]> {
    return this.#next('getMulti', check.count('getMulti', 'n', n), options);
  }

  /**
   * The queue, or the pool, as a stream. Cold: each subscription is one consumer, with at most `prefetch` unsettled tasks.
   * Unsubscribing hands back what was fetched and not yet emitted; a lost connection does not end it.
   */
  tasks(options?: TasksOptions): Observable<Task<T>> {
    const { prefetch } = tasksOptions(options);
    return defer(() => {
      if (this.#closed !== undefined) return throwError(closed);
      this.consumed();
      return tasks(this.#intake, prefetch).pipe(takeUntil(this.#closing));
    });
  }

  /** `for await (const task of queue)`: one at a time, as fast as the loop asks. Ends when the queue is closed. */
  [Symbol.asyncIterator](): AsyncGenerator<Task<T>, void, undefined> {
    const one = { count: 1, timeout: Number.POSITIVE_INFINITY, patience: Number.POSITIVE_INFINITY };
    return iterate((signal) => this.#take(one, signal).then(theOne));
  }

  /** The usual pipeline in one call: `tasks()`, `ackOnComplete(work)`, `settle()`. */
  process<O extends ObservableInput<unknown>>(
    work: (task: Task<T>, context: WorkContext) => O,
    options?: ProcessOptions,
  ): Observable<Settled<ObservedValueOf<O>>> {
    const { prefetch, config } = processOptions(work, options);
    return this.tasks({ prefetch }).pipe(ackOnComplete<Task<T>, O>(work, config), this.settle());
  }

  /** The ack sink as an operator: emits one Settled per settlement. */
  settle<R = unknown>(): OperatorFunction<Settlement<unknown, R>, Settled<R>> {
    return settle<R>();
  }

  /** The ack sink as an Observer. What errors the stream is reported as any error nobody handles. */
  sink(): Observer<Settlement> {
    const settlements = new Subject<Settlement>();
    settlements.pipe(settle()).subscribe();
    return settlements;
  }

  /**
   * Completes the streams, lets running work settle, hands back the rest, releases connections. Always resolves,
   * Redis or not. Afterwards every call answers CLOSED. Closing twice is closing once.
   */
  close(options?: CloseOptions): Answer<void> {
    const { timeout } = closeOptions(options);
    this.#closed ??= this.#shut(timeout);
    return this.#closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #shut(timeout: number): Answer<void> {
    this.#closing.next();
    this.ended();
    this.#intake.bell.close();
    await this.#ledger.drain(timeout);
    const left = await this.#ledger.close(HAND_BACK);
    await firstValueFrom(this.#parts.broker.close(HAND_BACK));
    this.#parts.events.complete();
    if (left.length === 0) return Ok(undefined);
    const message = `Redis is away, so ${left.length} unsettled tasks could not be handed back: their leases will run out`;
    return Err(new QueueError('CONNECTION', message, { ids: left }));
  }

  #next(where: string, count: number, options: GetOptions | undefined): Answer<Task<T>[]> {
    const { timeout, signal } = getOptions(where, options);
    return this.#take({ count, timeout, patience: this.#parts.patience }, signal);
  }

  async #take(options: NextOptions, signal?: AbortSignal): Answer<Task<T>[]> {
    if (this.#closed !== undefined) return Err(closed());
    this.consumed();
    const gone = failing(this.#closing, closed);
    const stops = signal === undefined ? gone : merge(gone, abortion(signal));
    return result(merge(stops, next(this.#intake, options)), same);
  }

  /** Somebody is about to take something. */
  protected consumed(): void {}

  /** It is being closed: nothing new is begun. */
  protected ended(): void {}

  /** Settles a task that came from here. Throws TypeError for any other. */
  protected attempt(where: string, task: Task<T>, verdict: Verdict): Answer<void> {
    const [holder, held] = task instanceof Task ? holderOf(task) : [];
    if (held === undefined || holder !== this.#ledger)
      throw check.wrongType(where, 'task', task, `a task of ${this.name}`);
    return this.#ledger.attempt(held, verdict);
  }

  /** One call to storage, answered when it is complete, as a Result; CLOSED once this is. */
  protected ask<A, B>(of: (broker: S) => Observable<A>, as: (answer: A) => B): Answer<B> {
    if (this.#closed !== undefined) return Promise.resolve(Err(closed()));
    return result(of(this.#parts.broker).pipe(last()), as);
  }
}

/** How long closing waits for Redis to take back what is unsettled, ms. */
const HAND_BACK = 1_000;
