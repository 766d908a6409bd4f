import type { Broker, DeadLetter } from './broker/broker.ts';
import * as check from './check.ts';
import type { Codecs } from './codecs/codecs.ts';
import type { QueueError } from './errors.ts';
import type { Result } from './result.ts';
import type { DeadReason } from './task.ts';

/** A task that was given up. */
export interface DeadTask<T = unknown> {
  readonly id: string;
  /** Absent when the payload cannot be decoded: see `bytes`. */
  readonly payload?: T;
  /** The payload as it is stored, where it cannot be decoded. */
  readonly bytes?: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  readonly reason: DeadReason;
  /** The last reason it failed or was killed for. */
  readonly message: string;
  readonly failures: number;
  readonly deliveries: number;
  readonly enqueuedAt: Date;
  readonly diedAt: Date;
}

export interface DeadListOptions {
  /** Most to read, 1 to 1,000. Default 100. */
  readonly limit?: number;
  /** The id to go on after: the last one of the page before. */
  readonly after?: string;
}

/** Turns one answer of storage into a Result: how every call of the queue is made. */
export type Ask = <A, B>(
  of: (broker: Broker) => import('rxjs').Observable<A>,
  as: (answer: A) => B,
) => Promise<Result<B, QueueError>>;

/** The tasks of a queue that were given up, and what can be done with them. */
export class DeadLetters<T = unknown> {
  readonly #ask: Ask;
  readonly #codecs: Codecs;

  constructor(ask: Ask, codecs: Codecs) {
    this.#ask = ask;
    this.#codecs = codecs;
  }

  size(): Promise<Result<number, QueueError>> {
    return this.#ask(
      (broker) => broker.stats(),
      ({ dead }) => dead,
    );
  }

  /** A page of them, oldest death first. */
  list(options?: DeadListOptions): Promise<Result<DeadTask<T>[], QueueError>> {
    const { limit = 100, after } = check.options('dead.list', 'options', options);
    check.count('dead.list', 'limit', limit, { min: 1, max: 1_000 });
    if (after !== undefined) check.text('dead.list', 'after', after, 'an id');
    return this.#ask(
      (broker) => broker.deadLetters(limit, after),
      (letters) => letters.map((letter) => this.#read(letter)),
    );
  }

  /** Back in line, their failures forgotten, in the order they died (or as given). Answers how many. */
  replay(ids: readonly string[] | 'all'): Promise<Result<number, QueueError>> {
    if (ids !== 'all')
      for (const id of check.list('dead.replay', 'ids', ids, "an array of ids, or 'all'"))
        check.text('dead.replay', 'ids', id, 'ids');
    return this.#ask(
      (broker) => broker.replay(ids),
      (count) => count,
    );
  }

  /** Forgets them all. Answers how many. */
  purge(): Promise<Result<number, QueueError>> {
    return this.#ask(
      (broker) => broker.purgeDead(),
      (count) => count,
    );
  }

  #read({ codec, body, enqueuedAt, diedAt, ...rest }: DeadLetter): DeadTask<T> {
    const letter = { ...rest, enqueuedAt: new Date(enqueuedAt), diedAt: new Date(diedAt) };
    try {
      return { ...letter, payload: this.#codecs.decode(codec, body) as T };
    } catch {
      // That is what it is here for: whoever reads it gets the bytes.
      return { ...letter, bytes: Buffer.from(body) };
    }
  }
}
