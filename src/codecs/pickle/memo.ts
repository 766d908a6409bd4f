import { PickleError } from './error.ts';
import type { Budget } from './limits.ts';

/** What a pickle keeps for later, by number. Numbers that follow each other, as they do in practice, cost an array slot. */
export class Memo {
  readonly #budget: Budget;
  readonly #dense: unknown[] = [];
  readonly #far = new Map<number, unknown>();

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  put(index: number, value: unknown): void {
    if (index < this.#dense.length) this.#dense[index] = value;
    else if (index > this.#dense.length) this.#far.set(index, value);
    else {
      this.#far.delete(index);
      this.#dense.push(value);
    }
    this.#budget.memo(this.#size);
  }

  /** Under the next free number, as `MEMOIZE` counts: how many there are. */
  add(value: unknown): void {
    this.put(this.#size, value);
  }

  get(index: number): unknown {
    if (index < this.#dense.length) return this.#dense[index];
    if (this.#far.has(index)) return this.#far.get(index);
    throw new PickleError(`it takes number ${index} of its memo, where nothing is`);
  }

  get #size(): number {
    return this.#dense.length + this.#far.size;
  }
}
