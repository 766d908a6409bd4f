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
import { Puts } from './sinks/puts.ts';
import { Sweeper } from './sources/sweeper.ts';

/** A reliable queue in Redis. Opens no connection before it is used. */
export class Queue<T = unknown> extends Housekeeping<T> {
  /** The tasks that were given up. */
  readonly dead: DeadLetters<T>;
  protected readonly lease: number;
  readonly #puts: Puts;
  readonly #sweeper: Sweeper;

  /** Throws TypeError or RangeError naming the option that is not what it should be. */
  constructor(name: string, options?: QueueOptions<T>) {
    const all = settings('Queue', name, options as QueueOptions | undefined);
    const { connection, prefix, lease, sweepEvery, patience } = all;
    const broker = openBroker(connection, prefix, name, patience, all.replicas);
    const codecs = new Codecs(all.codec);
    const events = new Subject<QueueEvent>();
    super({ ...all, queue: name, broker, codecs, events });
    this.lease = lease;
    this.#puts = new Puts(broker, codecs, patience);
    this.#sweeper = new Sweeper({ broker, events, lease, every: sweepEvery });
    this.dead = new DeadLetters((of, as) => this.ask(of, as), codecs);
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

  protected override consumed(): void {
    this.#sweeper.begin();
  }

  protected override ended(): void {
    this.#sweeper.end();
    this.#puts.close();
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
}

const NO_OPTIONS = {};
/** Most payloads in one atomic step. */
const MOST_PUT = 10_000;
