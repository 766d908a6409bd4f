import { count, options } from '../../check.ts';
import { PickleError } from './error.ts';

/** How much one pickle may ask for. A pickle beyond a limit is refused, so no input can exhaust this process. */
export interface PickleLimits {
  /** Bytes of one pickle, default 64 MiB. */
  readonly size?: number;
  /** How deep lists, dicts and the like may lie in each other, default 1,000: about where CPython itself gives up. */
  readonly depth?: number;
  /** How many lists, tuples, dicts, sets, bytes and other objects there may be, default 1,000,000. */
  readonly objects?: number;
  /** How many opcodes it may have, default 10,000,000: about one per value. */
  readonly steps?: number;
  /** How many values it may remember for later use, default 4,000,000. */
  readonly memo?: number;
}

export const DEPTH = 1_000;

/** Longest integer, in bytes: 2 ** 524,288. Printing a longer one would already take seconds. */
export const LONGEST_INT = 65_536;

/** Longest integer in decimal text: CPython reads no longer one either. */
export const LONGEST_DECIMAL = 4_300;

/** Counts what a pickle has asked for so far. */
export class Budget {
  readonly size: number;
  readonly depth: number;
  readonly steps: number;
  readonly #objects: number;
  readonly #memo: number;
  #made = 0;
  #copied = 0;
  #copies = 0;

  constructor(limits?: PickleLimits) {
    const { size = 64 * 2 ** 20, depth = DEPTH, ...counts } = options('pickle', 'limits', limits);
    const { objects = 1_000_000, steps = 10_000_000, memo = 4_000_000 } = counts;
    this.size = count('pickle', 'limits.size', size);
    // The check of the depth itself recurses: more than this would not fit on the stack.
    this.depth = count('pickle', 'limits.depth', depth, { min: 1, max: 4_000 });
    this.steps = count('pickle', 'limits.steps', steps);
    this.#objects = count('pickle', 'limits.objects', objects, { min: 0 });
    this.#memo = count('pickle', 'limits.memo', memo, { min: 0 });
  }

  /** How many objects there are; no structure is deeper than that. */
  get made(): number {
    return this.#made;
  }

  open(bytes: number): void {
    if (bytes > this.size) throw new PickleError(`it has ${bytes} bytes, more than the limit of ${this.size}`);
    this.#copies = bytes;
  }

  object(): void {
    this.#made += 1;
    if (this.#made > this.#objects) throw new PickleError(`it makes more than the limit of ${this.#objects} objects`);
  }

  memo(size: number): void {
    if (size > this.#memo) throw new PickleError(`it remembers more than the limit of ${this.#memo} values`);
  }

  /**
   * Says that a constructor goes through `n` elements or characters. What CPython writes gives each constructor
   * arguments of its own, so the sum stays below the size of the pickle. Only a bomb uses one long argument often.
   */
  copy(n: number): void {
    this.#copied += n;
    if (this.#copied > this.#copies) throw new PickleError('it builds more than its own size, again and again');
  }
}
