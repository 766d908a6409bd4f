import { Observable, Subject } from 'rxjs';
import { type Answer, firstPut } from './answers.ts';
import { openBroker } from './broker/open.ts';
import * as check from './check.ts';
import { Codecs } from './codecs/codecs.ts';
import { DeadLetters } from './deadLetters.ts';
import type { QueueError } from './errors.ts';
import type { QueueEvent } from './events.ts';
import { Housekeeping } from './housekeeping.ts';
import { PUTS, type Put, type PutOptions, putOptions } from './put.ts';
import { type QueueOptions, settings } from './queueOptions.ts';
import type { Result } from './result.ts';
import type { Unique } from './sinks/entries.ts';
import type { Manner, PutAnswer } from './sinks/parcel.ts';
import { Puts } from './sinks/puts.ts';
import { Sweeper } from './sources/sweeper.ts';

/** A reliable queue in Redis. Opens no connection before it is used. */
export class Queue<T = unknown> extends Housekeeping<T> {
  /** The tasks that were given up. */
  readonly dead: DeadLetters<T>;
  protected readonly lease: number;
  protected readonly codecs: Codecs;
  readonly #puts: Puts;
  readonly #sweeper: Sweeper;

  /**
   * Throws TypeError or RangeError naming the option that is not what it should be.
   * `unique` is not for callers: it is how UniqueQueue is one.
   */
  constructor(name: string, options?: QueueOptions<T>, unique?: Unique) {
    const where = unique === undefined ? 'Queue' : 'UniqueQueue';
    const all = settings(where, name, options as QueueOptions | undefined);
    const { lease, maxItems, sweepEvery, patience } = all;
    const broker = openBroker({ ...all, queue: name });
    const codecs = new Codecs(all.codec);
    const events = new Subject<QueueEvent>();
    super({ ...all, queue: name, broker, codecs, events });
    this.lease = lease;
    this.codecs = codecs;
    this.#puts = new Puts({ broker, codecs, patience, maxItems, unique });
    this.#sweeper = new Sweeper({ broker, events, lease, every: sweepEvery });
    this.dead = new DeadLetters((of, as) => this.ask(of, as), codecs);
  }

  /** Adds a task; waits while the queue is full, in turn with all who do. */
  put(payload: T, options?: PutOptions<T>): Answer<Put> {
    return this.#put('put', payload, options);
  }

  /** Adds a task, or answers FULL at once. */
  putNowait(payload: T, options?: PutOptions<T>): Answer<Put> {
    return this.#put('putNowait', payload, options, NOWAIT);
  }

  /** Adds tasks in one atomic step, order kept, all or nothing. At most 10,000: `putTo` takes any number. */
  putMulti(payloads: readonly T[], options?: PutOptions<T>): Answer<Put[]> {
    return this.#putMulti('putMulti', payloads, options);
  }

  /** Adds tasks in one atomic step, or answers FULL at once. */
  putMultiNowait(payloads: readonly T[], options?: PutOptions<T>): Answer<Put[]> {
    return this.#putMulti('putMultiNowait', payloads, options, NOWAIT);
  }

  /** `putMulti` as `putTo` calls it. */
  [PUTS](payloads: readonly T[], options: PutOptions<T>): Observable<Result<Put[], QueueError>> {
    const checked = putOptions('putTo', options, payloads.length);
    return new Observable((out) => {
      const heard: PutAnswer = (result) => {
        out.next(result);
        out.complete();
      };
      // Where there may be no room for all of them: as many as there is room for, in order.
      this.#puts.send('putTo', payloads, checked, heard, { whole: false });
    });
  }

  protected override consumed(): void {
    this.#sweeper.begin();
  }

  protected override ended(): void {
    this.#sweeper.end();
    this.#puts.close();
  }

  #put(where: string, payload: T, options: PutOptions<T> | undefined, manner?: Manner): Answer<Put> {
    const checked = options === undefined ? NO_OPTIONS : putOptions(where, options);
    return this.#puts.put(where, [payload], checked, manner).then(firstPut);
  }

  #putMulti(where: string, payloads: readonly T[], options: PutOptions<T> | undefined, manner?: Manner): Answer<Put[]> {
    check.list(where, 'payloads', payloads);
    if (payloads.length > MOST_PUT)
      throw check.outOfRange(where, 'payloads', payloads, `at most ${MOST_PUT} in one step; putTo takes any number`);
    const checked = putOptions(where, options, payloads.length);
    return this.#puts.put(where, payloads, checked, manner);
  }
}

const NO_OPTIONS = {};
const NOWAIT: Manner = { waits: false };
/** Most payloads in one atomic step. */
const MOST_PUT = 10_000;
