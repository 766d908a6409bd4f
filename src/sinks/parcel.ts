import type { Entry } from '../broker/broker.ts';
import type { PutOutcome } from '../broker/gate.ts';
import { QueueError } from '../errors.ts';
import type { Put } from '../put.ts';
import { Err, Ok, type Result } from '../result.ts';

/** Hears what became of a put; whatever it hears after the first time is too late. */
export type PutAnswer = (result: Result<Put[], QueueError>) => void;

/** How a call puts: by default all or none, waiting for room. */
export interface Manner {
  readonly whole?: boolean;
  readonly waits?: boolean;
}

/** What one call puts, until the caller has his answer. */
export class Parcel {
  /** What is still to be put. */
  entries: readonly Entry[];
  /** Whether the caller has been told: then nothing of it need be put any more. */
  answered = false;
  /** Whether it waits for room. */
  readonly waits: boolean;
  readonly #whole: boolean;
  readonly #answer: PutAnswer;
  /** What is in already, of one that goes in piece by piece. */
  #before: readonly Put[] = NONE;

  constructor(entries: readonly Entry[], { whole = true, waits = true }: Manner, answer: PutAnswer) {
    this.entries = entries;
    this.waits = waits;
    this.#whole = whole;
    this.#answer = answer;
  }

  /** As storage takes them: how many entries belong together, below 0 where it does not wait. */
  get sizes(): readonly number[] {
    if (!this.#whole) return this.entries.map(() => 1);
    return [this.waits ? this.entries.length : -this.entries.length];
  }

  /**
   * Hears what became of its entries: the outcomes from `at` on. What there was no room for waits, or is told so.
   * `unconfirmed`: why those that are in may get lost all the same.
   */
  hear(outcomes: readonly PutOutcome[], at: number, unconfirmed?: QueueError): void {
    const { entries } = this;
    const puts: Put[] = [];
    for (let i = 0; i < entries.length && outcomes[at + i] !== 2; i++)
      puts.push(putOf(entries[i] as Entry, outcomes[at + i] as PutOutcome));
    if (unconfirmed !== undefined && puts.length > 0) return this.fail(unconfirmed, entries.slice(0, puts.length));
    const all = this.#before.length === 0 ? puts : [...this.#before, ...puts];
    if (puts.length === entries.length) return this.#tell(Ok(all));
    if (!this.waits)
      return this.fail(new QueueError('FULL', 'The queue is full: it has as many tasks as maxItems allows'));
    this.entries = entries.slice(puts.length);
    this.#before = all;
  }

  fail(error: QueueError, entries = this.entries): void {
    this.#tell(Err(error.about(entries.map(({ id }) => id))));
  }

  #tell(result: Result<Put[], QueueError>): void {
    this.answered = true;
    this.#answer(result);
  }
}

const NONE: readonly Put[] = [];

const putOf = ({ id, own }: Entry, outcome: PutOutcome): Put => {
  if (typeof outcome === 'string') return { id: outcome, added: false };
  // An id of our own making that was there already came with a first attempt whose reply was lost.
  return { id, added: outcome === 1 || !own };
};
