import assert, { AssertionError } from 'node:assert';
import { Observable, type Subscriber } from 'rxjs';
import type { RunHelpers } from 'rxjs/testing';
import { complaint, placed } from './complaint.ts';

/** One thing a spec expects, at the line where it says so. */
export class Expectation {
  readonly what: string;
  /** Made where the spec says what it expects, so that its stack names the line. */
  place: Error;
  /** Whether it was said what to compare with. */
  compared = false;
  done = false;
  /** The method that compares. */
  lacks = 'toBe';
  /** Whether the spec says when it stops listening. */
  readonly leaves: boolean;
  readonly #expectations: Expectations;
  readonly #listening = new Set<Subscriber<never>>();

  constructor(expectations: Expectations, what: string, leaves: boolean) {
    this.#expectations = expectations;
    this.what = what;
    this.leaves = leaves;
    this.place = new Error(what);
  }

  /** Whether what it listens to goes on, and the spec does not say for how long. */
  get open(): boolean {
    return !this.leaves && [...this.#listening].some(({ closed }) => !closed);
  }

  /** The stream, such that it can be left. */
  listen<T>(source: Observable<T>, as: (value: T) => unknown): Observable<unknown> {
    return new Observable((out) => {
      this.#listening.add(out as Subscriber<never>);
      this.#expectations.beginning = this;
      const subscription = source.subscribe({
        next: (value) => out.next(as(value)),
        error: (error: unknown) => out.error(error),
        complete: () => out.complete(),
      });
      this.#expectations.beginning = undefined;
      return subscription;
    });
  }

  leave(): void {
    for (const out of this.#listening) out.unsubscribe();
  }
}

export interface Compared {
  /** `values` by letter; a letter without one stands for itself. */
  toBe(marbles: string, values?: Readonly<Record<string, unknown>>, error?: unknown): void;
}

/** Everything a spec expects of streams and subscriptions. Compared by `deepStrictEqual`, said in rows a reader can follow. */
export class Expectations {
  readonly all: Expectation[] = [];
  /** The one that is subscribing right now. */
  beginning: Expectation | undefined;

  expect<R extends object>(what: string, leaves: boolean, make: (expectation: Expectation) => R): R {
    const expectation = new Expectation(this, what, leaves);
    this.all.push(expectation);
    const methods = Object.entries(make(expectation) as Record<string, (...args: unknown[]) => unknown>);
    expectation.lacks = methods[0]?.[0] ?? 'toBe';
    const compare = methods.map(([name, method]) => [
      name,
      (...args: unknown[]) => {
        expectation.compared = true;
        expectation.place = new Error(what);
        return method(...args);
      },
    ]);
    return Object.fromEntries(compare) as R;
  }

  /** What TestScheduler compares with: called once for each expectation, in the order they were made. */
  readonly compare = (actual: unknown, wanted: unknown): void => {
    const expectation = this.all.find(({ compared, done }) => compared && !done);
    if (expectation === undefined) return assert.deepStrictEqual(actual, wanted);
    expectation.done = true;
    equal(expectation.what, rowsOf(actual), rowsOf(wanted), expectation.place);
  };

  /** Complains of what was begun and never compared with anything. */
  complete(): void {
    const half = this.all.find(({ compared }) => !compared);
    if (half !== undefined)
      throw placed(complaint(`${half.what}(…) without .${half.lacks}(…) compares nothing`), half.place);
    if (this.all.length === 0)
      throw complaint('nothing is compared: end the body with expectObservable(…).toBe(…), or another expectation');
  }

  leave(): void {
    for (const expectation of this.all) expectation.leave();
  }
}

/** Compares, and names what differs at the line that expects it. */
export const equal = (what: string, actual: unknown, wanted: unknown, place: Error): void => {
  try {
    assert.deepStrictEqual(actual, wanted);
  } catch (error) {
    if (!(error instanceof AssertionError)) throw error;
    error.message = `${what}: ${error.message}`;
    throw placed(error, place);
  }
};

type Message = ReturnType<RunHelpers['cold']>['messages'][number];

const isMessages = (value: unknown): value is Message[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'object' && each !== null && 'notification' in each);

// One line per notification where it can be said in one: `3: ack a`, and `9 |` for the end.
const rowOf = ({ frame, notification }: Message): unknown => {
  if (notification.kind === 'C') return `${frame} |`;
  if (notification.kind === 'E') return { frame, error: notification.error as unknown };
  const value: unknown = notification.value;
  return typeof value === 'string'
    ? `${frame}: ${value}`
    : { frame, value: isMessages(value) ? value.map(rowOf) : value };
};

const rowsOf = (compared: unknown): unknown => (isMessages(compared) ? compared.map(rowOf) : compared);
