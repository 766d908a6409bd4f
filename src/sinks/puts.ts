import { createHash, randomBytes } from 'node:crypto';
import { map, type Observable, takeLast } from 'rxjs';
import type { Broker, Entry } from '../broker/broker.ts';
import type { PutOutcome, Until } from '../broker/gate.ts';
import * as check from '../check.ts';
import { Coalescer } from '../coalescer.ts';
import type { Codecs } from '../codecs/codecs.ts';
import { aborted, asQueueError, closed, QueueError } from '../errors.ts';
import type { Put, PutOptions } from '../put.ts';
import { Err, Ok, type Result } from '../result.ts';
import { Crowd } from './crowd.ts';
import { Parcel, type PutAnswer } from './parcel.ts';

/** What a queue lets in. */
export interface PutsOptions {
  readonly broker: Broker;
  readonly codecs: Codecs;
  /** ms */
  readonly patience: number;
  /** Most tasks waiting; undefined: any number. */
  readonly maxItems?: number | undefined;
  readonly unique?: Unique | undefined;
}

/** What twins are, and until when they are kept out. */
export interface Unique {
  /** Default: the payload as it is encoded. */
  readonly by: ((payload: never) => string) | undefined;
  readonly until: Until;
}

/** How a call puts: by default all or none, waiting for room. */
export interface Manner {
  readonly whole?: boolean;
  readonly waits?: boolean;
}

/** Tasks per script, of calls that travel together. */
const BATCH = 250;

// Ids are this process's own random name and a running number of constant width: short, unique, and in
// order of creation even when Redis sorts them as text.
const PROCESS = randomBytes(9).toString('base64url').replaceAll('-', '.');
let created = 36 ** 6;
const newId = (): string => PROCESS + (created++).toString(36);

/** The sink of `put` and its like: what is put in one turn of the event loop travels together. */
export class Puts {
  readonly #options: PutsOptions;
  readonly #parcels: Coalescer<Parcel>;
  readonly #crowd: Crowd;
  #closed = false;

  constructor(options: PutsOptions) {
    const { broker } = options;
    this.#options = options;
    this.#crowd = new Crowd({ room: () => broker.room(), enter: (parcels) => this.#put(parcels, true) });
    this.#parcels = new Coalescer(
      (flush) => broker.endOfTurn(flush),
      BATCH,
      (parcels) => this.#send(parcels),
    );
  }

  /** Puts them. `where`: the method to name when `id` gives none. */
  put<T>(
    where: string,
    payloads: readonly T[],
    options: PutOptions<T>,
    manner?: Manner,
  ): Promise<Result<Put[], QueueError>> {
    const { promise, heard } = later();
    this.send(where, payloads, options, heard, manner); // out here: what `id` throws, the caller gets
    return promise;
  }

  /** The same, told to whoever listens. */
  send<T>(
    where: string,
    payloads: readonly T[],
    options: PutOptions<T>,
    answer: PutAnswer,
    { whole = true, waits = true }: Manner = {},
  ): void {
    const { maxItems = Number.POSITIVE_INFINITY } = this.#options;
    const { signal } = options;
    if (this.#closed) return answer(Err(closed()));
    if (signal?.aborted) return answer(Err(aborted(signal)));
    const entries: Entry[] = [];
    try {
      for (let i = 0; i < payloads.length; i++) entries.push(this.#entry(where, payloads[i] as T, options, i));
    } catch (error) {
      if (error instanceof QueueError) return answer(Err(error));
      throw error;
    }
    if (entries.length === 0) return answer(Ok([]));
    if (whole && entries.length > maxItems) {
      const message = `${entries.length} tasks never fit together: maxItems is ${maxItems}; putTo puts them one by one`;
      return answer(Err(new QueueError('FULL', message)));
    }
    const heard = signal === undefined ? answer : unlessAborted(signal, answer);
    this.#parcels.add(new Parcel(entries, { whole, waits, signal, answer: heard }), entries.length);
  }

  /** The connection was lost: who waits for room hears so, unless it comes back in time. */
  look(): void {
    this.#crowd.look();
  }

  close(): void {
    this.#parcels.flush();
    this.#closed = true;
    this.#crowd.close(closed());
  }

  #entry<T>(where: string, payload: T, options: PutOptions<T>, i: number): Entry {
    const { codecs, unique } = this.#options;
    const { id, codec, headers, delay = 0, front = false, priority = 0 } = options;
    const [name, body] = codecs.encode(payload, codec);
    const chosen = typeof id === 'function' ? check.text(where, `id(payload ${i})`, id(payload, i)) : id;
    const digest = unique === undefined ? undefined : digestOf(where, unique, payload, body);
    const own = chosen !== undefined;
    return { id: chosen ?? newId(), own, codec: name, headers, body, delay, front, priority, digest };
  }

  #send(parcels: readonly Parcel[]): void {
    const going = parcels.filter((parcel) => !parcel.aborted);
    if (this.#options.maxItems === undefined) return this.#go(going);
    // Others wait already: behind them, then. Those that do not wait try their luck.
    const crowded = this.#crowd.some;
    this.#go(crowded ? going.filter(({ waits }) => !waits) : going);
    if (crowded) this.#crowd.add(going.filter(({ waits }) => waits));
  }

  #go(parcels: readonly Parcel[]): void {
    if (parcels.length === 0) return;
    this.#put(parcels, false).subscribe({
      next: (refused) => this.#crowd.add(refused),
      error: (error: unknown) => {
        for (const parcel of parcels) parcel.fail(asQueueError(error));
      },
    });
  }

  /** Puts what there is room for; answers which wait. */
  #put(parcels: readonly Parcel[], woken: boolean): Observable<readonly Parcel[]> {
    const { broker, patience, maxItems: most, unique } = this.#options;
    const limit = most === undefined ? undefined : { most, woken, parcels: parcels.flatMap(({ sizes }) => sizes) };
    const entries = parcels.flatMap((parcel) => parcel.entries);
    // Whoever waits for replicas hears only once they have it.
    return broker.put(entries, { until: unique?.until, limit }, patience).pipe(
      takeLast(1),
      map((outcomes: readonly PutOutcome[]) => {
        let at = 0;
        return parcels.filter((parcel) => {
          const from = at;
          at += parcel.entries.length;
          return parcel.hear(outcomes.slice(from, at));
        });
      }),
    );
  }
}

const digestOf = (where: string, { by }: Unique, payload: unknown, body: Buffer | string): string => {
  const text = by === undefined ? body : check.text(where, 'unique.by(payload)', by(payload as never));
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
};

/** Tells whoever listens ABORTED as soon as the signal fires. */
const unlessAborted = (signal: AbortSignal, answer: PutAnswer): PutAnswer => {
  const abort = (): void => answer(Err(aborted(signal)));
  signal.addEventListener('abort', abort, { once: true });
  return (result) => {
    signal.removeEventListener('abort', abort);
    answer(result);
  };
};

const later = (): { promise: Promise<Result<Put[], QueueError>>; heard: PutAnswer } => {
  let heard: PutAnswer = () => {};
  const promise = new Promise<Result<Put[], QueueError>>((resolve) => {
    heard = resolve;
  });
  return { promise, heard };
};
