import { randomBytes } from 'node:crypto';
import type { Broker, Entry } from '../broker/broker.ts';
import * as check from '../check.ts';
import { Coalescer } from '../coalescer.ts';
import type { Codecs } from '../codecs/codecs.ts';
import { aborted, asQueueError, closed, QueueError } from '../errors.ts';
import type { Put, PutOptions } from '../put.ts';
import { Err, Ok, type Result } from '../result.ts';

/** Hears what became of a put; whatever it hears after the first time is too late. */
export type PutAnswer = (result: Result<Put[], QueueError>) => void;

interface Parcel {
  readonly entries: readonly Entry[];
  readonly signal: AbortSignal | undefined;
  readonly resolve: PutAnswer;
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
  readonly #broker: Broker;
  readonly #codecs: Codecs;
  readonly #patience: number;
  readonly #parcels: Coalescer<Parcel>;
  #closed = false;

  constructor(broker: Broker, codecs: Codecs, patience: number) {
    this.#broker = broker;
    this.#codecs = codecs;
    this.#patience = patience;
    this.#parcels = new Coalescer(
      (flush) => broker.endOfTurn(flush),
      BATCH,
      (parcels) => this.#send(parcels),
    );
  }

  /** Puts all of them or none. `where`: the method to name when `id` gives none. */
  put<T>(where: string, payloads: readonly T[], options: PutOptions<T>): Promise<Result<Put[], QueueError>> {
    const { promise, heard } = later();
    this.send(where, payloads, options, heard); // out here: what `id` throws, the caller gets
    return promise;
  }

  /** The same, told to whoever listens. */
  send<T>(where: string, payloads: readonly T[], options: PutOptions<T>, answer: PutAnswer): void {
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
    if (signal === undefined) return this.#parcels.add({ entries, signal, resolve: answer }, entries.length);
    const abort = (): void => answer(Err(aborted(signal)));
    signal.addEventListener('abort', abort, { once: true });
    const heard: PutAnswer = (result) => {
      signal.removeEventListener('abort', abort);
      answer(result);
    };
    this.#parcels.add({ entries, signal, resolve: heard }, entries.length);
  }

  close(): void {
    this.#parcels.flush();
    this.#closed = true;
  }

  #entry<T>(where: string, payload: T, options: PutOptions<T>, i: number): Entry {
    const { id, codec, headers, delay = 0, front = false } = options;
    const [name, body] = this.#codecs.encode(payload, codec);
    const chosen = typeof id === 'function' ? check.text(where, `id(payload ${i})`, id(payload, i)) : id;
    return { id: chosen ?? newId(), own: chosen !== undefined, codec: name, headers, body, delay, front };
  }

  #send(parcels: readonly Parcel[]): void {
    const going = parcels.filter(({ signal }) => !signal?.aborted);
    if (going.length === 0) return;
    let added: readonly boolean[] = [];
    this.#broker
      .put(
        going.flatMap(({ entries }) => entries),
        this.#patience,
      )
      .subscribe({
        next: (answer) => {
          added = answer;
        },
        complete: () => {
          let at = 0;
          // An id of our own making that was there already came with a first attempt whose reply was lost.
          for (const { entries, resolve } of going)
            resolve(Ok(entries.map(({ id, own }) => ({ id, added: (added[at++] ?? false) || !own }))));
        },
        error: (error: unknown) => {
          for (const { entries, resolve } of going)
            resolve(Err(asQueueError(error).about(entries.map(({ id }) => id))));
        },
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
