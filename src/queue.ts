import {
  defer,
  firstValueFrom,
  merge,
  Observable,
  type ObservableInput,
  type ObservedValueOf,
  type Observer,
  type OperatorFunction,
  Subject,
  takeUntil,
  throwError,
} from 'rxjs';
import { type Answer, abortion, failing, firstPut, result, same, theOne } from './answers.ts';
import type { Broker } from './broker/broker.ts';
import { openBroker } from './broker/open.ts';
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
import { Codecs } from './codecs/codecs.ts';
import type { WorkContext } from './crew.ts';
import { DeadLetters } from './deadLetters.ts';
import { closed, QueueError } from './errors.ts';
import type { QueueEvent } from './events.ts';
import { Housekeeping } from './housekeeping.ts';
import { Ledger } from './ledger.ts';
import { ackOnComplete } from './operators/ackOnComplete.ts';
import { PUTS, type Put, type PutOptions, putOptions } from './put.ts';
import { type QueueOptions, settings } from './queueOptions.ts';
import { Err, Ok, type Result } from './result.ts';
import { Puts } from './sinks/puts.ts';
import { settle } from './sinks/settle.ts';
import { Intake } from './sources/intake.ts';
import { type NextOptions, next } from './sources/next.ts';
import { Sweeper } from './sources/sweeper.ts';
import { tasks } from './sources/tasks.ts';
import type { Settled, Settlement, Task } from './task.ts';

/** A reliable queue in Redis. Opens no connection before it is used. */
export class Queue<T = unknown> extends Housekeeping implements AsyncIterable<Task<T>>, AsyncDisposable {
  readonly name: string;
  /** What happens around it in this process. */
  readonly events: Observable<QueueEvent>;
  /** The tasks that were given up. */
  readonly dead: DeadLetters<T>;
  protected readonly lease: number;
  readonly #patience: number;
  readonly #broker: Broker;
  readonly #ledger: Ledger;
  readonly #intake: Intake<T>;
  readonly #puts: Puts;
  readonly #sweeper: Sweeper;
  readonly #events = new Subject<QueueEvent>();
  readonly #closing = new Subject<void>();
  #closed: Answer<void> | undefined;

  /** Throws TypeError or RangeError naming the option that is not what it should be. */
  constructor(name: string, options?: QueueOptions<T>) {
    super();
    const all = settings('Queue', name, options as QueueOptions | undefined);
    const { connection, prefix, codec, lease, rule, backoff, sweepEvery, patience } = all;
    const events = this.#events;
    const codecs = new Codecs(codec);
    const broker = openBroker(connection, prefix, name, patience);
    this.name = name;
    this.events = events.asObservable();
    this.lease = lease;
    this.#patience = patience;
    this.#broker = broker;
    this.#ledger = new Ledger({ queue: name, broker, events, lease, rule, backoff, patience });
    this.#intake = new Intake({ broker, ledger: this.#ledger, codecs, events, lease });
    this.#puts = new Puts(broker, codecs, patience);
    this.#sweeper = new Sweeper({ broker, events, lease, every: sweepEvery });
    this.dead = new DeadLetters((of, as) => this.ask(of, as), codecs);
    broker.link.pipe(takeUntil(this.#closing)).subscribe((event) => {
      events.next(event);
      if (event.type === 'reconnected') this.#ledger.renewal.all();
    });
  }

  /** Adds a task. */
  put(payload: T, options?: PutOptions<T>): Answer<Put> {
    return this.#put('put', payload, options);
  }

  /** Adds a task, or answers FULL at once. */
  putNowait(payload: T, options?: PutOptions<T>): Answer<Put> {
    return this.#put('putNowait', payload, options);
  }

  /** Adds tasks in one atomic step, order kept, all or nothing. At most 10,000: `putTo` takes any number. */
  putMulti(payloads: readonly T[], options?: PutOptions<T>): Answer<Put[]> {
    return this.#putMulti('putMulti', payloads, options);
  }

  /** Adds tasks in one atomic step, or answers FULL at once. */
  putMultiNowait(payloads: readonly T[], options?: PutOptions<T>): Answer<Put[]> {
    return this.#putMulti('putMultiNowait', payloads, options);
  }

  /** `putMulti` as `putTo` calls it. */
  [PUTS](payloads: readonly T[], options: PutOptions<T>): Observable<Result<Put[], QueueError>> {
    const checked = putOptions('putTo', options, payloads.length);
    return new Observable((out) =>
      this.#puts.send('putTo', payloads, checked, (result) => {
        out.next(result);
        out.complete();
      }),
    );
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
  getMulti(n: number, options?: GetOptions): Answer<readonly Task<T>[]> {
    return this.#next('getMulti', check.count('getMulti', 'n', n), options);
  }

  /**
   * The queue as a stream. Cold: each subscription is one consumer, with at most `prefetch` unsettled tasks.
   * Unsubscribing hands back what was fetched and not yet emitted; a lost connection does not end it.
   */
  tasks(options?: TasksOptions): Observable<Task<T>> {
    const { prefetch } = tasksOptions(options);
    return defer(() => {
      if (this.#closed !== undefined) return throwError(closed);
      this.#sweeper.begin();
      return tasks(this.#intake, prefetch).pipe(takeUntil(this.#closing));
    });
  }

  /** `for await (const task of queue)`: one at a time, as fast as the loop asks. Ends when the queue is closed. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Task<T>, void, undefined> {
    const one = { count: 1, timeout: Number.POSITIVE_INFINITY, patience: Number.POSITIVE_INFINITY };
    for (;;) {
      const result = theOne(await this.#take(one));
      if (result.ok) yield result.val;
      else if (result.val.code === 'CLOSED') return;
      // A task that could not be decoded is no end; the dead letters have it.
      else throw result.val;
    }
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
    this.#sweeper.end();
    this.#intake.bell.close();
    this.#puts.close();
    await this.#ledger.drain(timeout);
    const left = await this.#ledger.close(HAND_BACK);
    await firstValueFrom(this.#broker.close(HAND_BACK));
    this.#events.complete();
    if (left.length === 0) return Ok(undefined);
    const message = `Redis is away, so ${left.length} unsettled tasks could not be handed back: their leases will run out`;
    return Err(new QueueError('CONNECTION', message, { ids: left }));
  }

  #put(where: string, payload: T, options: PutOptions<T> | undefined): Answer<Put> {
    const checked = options === undefined ? NO_OPTIONS : putOptions(where, options);
    return this.#puts.put(where, [payload], checked).then(firstPut);
  }

  #putMulti(where: string, payloads: readonly T[], options: PutOptions<T> | undefined): Answer<Put[]> {
    check.list(where, 'payloads', payloads);
    if (payloads.length > MOST_PUT)
      throw check.outOfRange(where, 'payloads', payloads, `at most ${MOST_PUT} in one step; putTo takes any number`);
    const checked = putOptions(where, options, payloads.length);
    return this.#puts.put(where, payloads, checked);
  }

  #next(where: string, count: number, options: GetOptions | undefined): Answer<readonly Task<T>[]> {
    const { timeout, signal } = getOptions(where, options);
    return this.#take({ count, timeout, patience: this.#patience }, signal);
  }

  async #take(options: NextOptions, signal?: AbortSignal): Answer<readonly Task<T>[]> {
    if (this.#closed !== undefined) return Err(closed());
    this.#sweeper.begin();
    const gone = failing(this.#closing, closed);
    const stops = signal === undefined ? gone : merge(gone, abortion(signal));
    return result(merge(stops, next(this.#intake, options)), same);
  }

  protected ask<A, B>(of: (broker: Broker) => Observable<A>, as: (answer: A) => B): Answer<B> {
    return this.#closed === undefined ? result(of(this.#broker), as) : Promise.resolve(Err(closed()));
  }
}

const NO_OPTIONS = {};
/** Most payloads in one atomic step. */
const MOST_PUT = 10_000;
/** How long closing waits for Redis to take back what is unsettled, ms. */
const HAND_BACK = 1_000;
