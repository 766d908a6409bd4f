import { Observable } from 'rxjs';
import type { Broker, Entry } from '../broker/broker.ts';
import type { PutOutcome } from '../broker/gate.ts';
import { Coalescer } from '../coalescer.ts';
import type { Codecs } from '../codecs/codecs.ts';
import { aborted, asQueueError, closed, QueueError } from '../errors.ts';
import type { Put, PutOptions } from '../put.ts';
import { Err, Ok, type Result } from '../result.ts';
import { Crowd, failing } from './crowd.ts';
import { Entries, type Unique } from './entries.ts';
import { type Manner, Parcel, type PutAnswer } from './parcel.ts';

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

/** Tasks per script, of calls that travel together. */
const BATCH = 250;
const USUAL: Manner = {};

/** The sink of `put` and its like: what is put in one turn of the event loop travels together. */
export class Puts {
  readonly #options: PutsOptions;
  readonly #entries: Entries;
  readonly #parcels: Coalescer<Parcel>;
  /** Of a bounded queue. */
  readonly #crowd: Crowd | undefined;
  #closed = false;

  constructor(options: PutsOptions) {
    const { broker, codecs, unique, maxItems } = options;
    this.#options = options;
    this.#entries = new Entries(codecs, unique);
    if (maxItems !== undefined)
      this.#crowd = new Crowd({ room: () => broker.room(), enter: (parcels, woken) => this.#put(parcels, woken) });
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
    manner: Manner = USUAL,
  ): void {
    const { signal } = options;
    if (this.#closed) return answer(Err(closed()));
    if (signal?.aborted) return answer(Err(aborted(signal)));
    let entries: Entry[];
    try {
      entries = this.#entries.of(where, payloads, options);
    } catch (error) {
      if (error instanceof QueueError) return answer(Err(error));
      throw error;
    }
    if (entries.length === 0) return answer(Ok([]));
    const { maxItems = Number.POSITIVE_INFINITY } = this.#options;
    if (manner.whole !== false && entries.length > maxItems) {
      const message = `${entries.length} tasks never fit together: maxItems is ${maxItems}; putTo puts them one by one`;
      return answer(Err(new QueueError('FULL', message)));
    }
    const parcel =
      signal === undefined ? new Parcel(entries, manner, answer) : this.#heeding(signal, entries, manner, answer);
    this.#parcels.add(parcel, entries.length);
  }

  close(): void {
    this.#parcels.flush();
    this.#closed = true;
    this.#crowd?.close(closed());
  }

  /** A parcel whose caller hears ABORTED as soon as the signal fires. */
  #heeding(signal: AbortSignal, entries: readonly Entry[], manner: Manner, answer: PutAnswer): Parcel {
    const abort = (): void => {
      parcel.fail(aborted(signal));
      this.#crowd?.leave(parcel);
    };
    const parcel = new Parcel(entries, manner, (result) => {
      signal.removeEventListener('abort', abort);
      answer(result);
    });
    signal.addEventListener('abort', abort, { once: true });
    return parcel;
  }

  #send(parcels: readonly Parcel[]): void {
    const going = parcels.filter(({ answered }) => !answered);
    if (going.length === 0) return;
    if (this.#crowd !== undefined) this.#crowd.add(going);
    else this.#put(going).subscribe({ error: failing(going) });
  }

  /** Puts what there is room for and tells each parcel; emits then. `woken` is for bounded queues. */
  #put(parcels: readonly Parcel[], woken = false): Observable<void> {
    const { broker, patience, maxItems: most, unique } = this.#options;
    const limit = most === undefined ? undefined : { most, woken, parcels: parcels.flatMap(({ sizes }) => sizes) };
    const entries = parcels.flatMap((parcel) => parcel.entries);
    return new Observable((out) => {
      let outcomes: readonly PutOutcome[] | undefined;
      const tell = (unconfirmed?: QueueError): void => {
        let at = 0;
        for (const parcel of parcels) {
          const from = at;
          at += parcel.entries.length;
          parcel.hear(outcomes ?? [], from, unconfirmed);
        }
        out.next();
      };
      broker.put(entries, { until: unique?.until, limit }, patience).subscribe({
        next: (answer) => {
          outcomes = answer;
        },
        // Whoever waits for replicas hears only once they have it, or that they are too few.
        complete: () => tell(),
        error: (error: unknown) => (outcomes === undefined ? out.error(error) : tell(asQueueError(error))),
      });
    });
  }
}

const later = (): { promise: Promise<Result<Put[], QueueError>>; heard: PutAnswer } => {
  let heard: PutAnswer = () => {};
  const promise = new Promise<Result<Put[], QueueError>>((resolve) => {
    heard = resolve;
  });
  return { promise, heard };
};
