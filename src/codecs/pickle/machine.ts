import { type Dict, isDict } from '../dict.ts';
import { PickleError } from './error.ts';
import type { Budget } from './limits.ts';
import { Memo } from './memo.ts';
import type { Source } from './source.ts';

export type Unknown = 'error' | 'opaque';
export type Floats = 'number' | 'wrap';

export interface Choices {
  readonly unknown: Unknown;
  readonly floats: Floats;
}

/** The stack machine a pickle is a program for. It only ever holds data. */
export class Machine {
  readonly source: Source;
  readonly budget: Budget;
  readonly choices: Choices;
  readonly memo: Memo;
  readonly #stack: unknown[] = [];
  readonly #marks: number[] = [];
  /** Below this lies what belongs to before the last mark. */
  #floor = 0;
  /** Dicts that were plain objects until a key came that is no text, and the Map that took their place. */
  readonly replaced = new Map<object, Map<unknown, unknown>>();
  readonly #reused = new Set<unknown>();
  /** Some container is in more than one place, or in itself. */
  shared = false;
  /** A plain object may still stand where its Map should. */
  stale = false;

  constructor(source: Source, budget: Budget, choices: Choices) {
    this.source = source;
    this.budget = budget;
    this.choices = choices;
    this.memo = new Memo(budget);
  }

  push(value: unknown): void {
    this.#stack.push(value);
  }

  /** Pushes a list, dict or another object, which counts. */
  make(object: object): void {
    this.budget.object();
    this.#stack.push(object);
  }

  pop(): unknown {
    if (this.#stack.length <= this.#floor) throw new PickleError('it takes more from its stack than it put there');
    return this.#stack.pop();
  }

  top(): unknown {
    if (this.#stack.length <= this.#floor) throw new PickleError('it looks at its stack, where nothing is');
    return this.#stack[this.#stack.length - 1];
  }

  mark(): void {
    this.#marks.push(this.#floor);
    this.#floor = this.#stack.length;
  }

  /** Everything since the last mark, which is gone after that. */
  popMark(): unknown[] {
    const before = this.#marks.pop();
    if (before === undefined) throw new PickleError('it goes back to a mark, where none is');
    const items = this.#stack.splice(this.#floor);
    this.#floor = before;
    return items;
  }

  /** `POP` on a bare mark takes the mark away. */
  drop(): void {
    if (this.#stack.length > this.#floor) this.#stack.pop();
    else this.popMark();
  }

  /** Pushes something that is in another place already. */
  reuse(value: unknown): void {
    const current = this.replaced.get(value as object) ?? value;
    if (typeof current === 'object' && current !== null) {
      this.shared = true;
      if (isDict(current)) this.#reused.add(current);
    }
    this.#stack.push(current);
  }

  /** The dict on top of the stack becomes a Map, since a key came that is no text. */
  replaceTop(dict: Dict): Map<unknown, unknown> {
    const map = new Map<unknown, unknown>(Object.entries(dict));
    this.replaced.set(dict, map);
    if (this.#reused.has(dict)) this.stale = true;
    this.#stack[this.#stack.length - 1] = map;
    return map;
  }
}
