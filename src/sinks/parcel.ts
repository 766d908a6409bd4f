import type { Entry } from '../broker/broker.ts';
import type { PutOutcome } from '../broker/gate.ts';
import { QueueError } from '../errors.ts';
import type { Put } from '../put.ts';
import { Err, Ok, type Result } from '../result.ts';

/** Hears what became of a put; whatever it hears after the first time is too late. */
export type PutAnswer = (result: Result<Put[], QueueError>) => void;

export interface ParcelOptions {
  /** Whether its entries are added all or none. */
  readonly whole: boolean;
  /** Whether it waits for room. */
  readonly waits: boolean;
  readonly signal: AbortSignal | undefined;
  readonly answer: PutAnswer;
}

/** What one call puts, until the caller has his answer. */
export class Parcel {
  readonly #options: ParcelOptions;
  readonly #puts: Put[] = [];
  #entries: readonly Entry[];

  constructor(entries: readonly Entry[], options: ParcelOptions) {
    this.#entries = entries;
    this.#options = options;
  }

  /** What is still to be put. */
  get entries(): readonly Entry[] {
    return this.#entries;
  }

  get waits(): boolean {
    return this.#options.waits;
  }

  get aborted(): boolean {
    return this.#options.signal?.aborted === true;
  }

  /** As storage takes them: how many entries belong together, below 0 where it does not wait. */
  get sizes(): readonly number[] {
    const { whole, waits } = this.#options;
    if (!whole) return this.#entries.map(() => 1);
    return [waits ? this.#entries.length : -this.#entries.length];
  }

  /** Hears what became of each of its entries. Answers whether it still waits, some of them having had no room. */
  hear(outcomes: readonly PutOutcome[]): boolean {
    const full = outcomes.indexOf(2);
    const done = full === -1 ? this.#entries.length : full;
    for (let i = 0; i < done; i++) this.#puts.push(putOf(this.#entries[i] as Entry, outcomes[i] as PutOutcome));
    this.#entries = this.#entries.slice(done);
    if (full === -1) this.#options.answer(Ok(this.#puts));
    else if (!this.waits)
      this.fail(new QueueError('FULL', 'The queue is full: it has as many tasks as maxItems allows'));
    return full !== -1 && this.waits;
  }

  fail(error: QueueError): void {
    this.#options.answer(Err(error.about(this.#entries.map(({ id }) => id))));
  }
}

const putOf = ({ id, own }: Entry, outcome: PutOutcome): Put => {
  if (typeof outcome === 'string') return { id: outcome, added: false };
  // An id of our own making that was there already came with a first attempt whose reply was lost.
  return { id, added: outcome === 1 || !own };
};
