/** Where something stands on its shelf: by `at`, and by `turn` among those with the same. */
export interface Placed {
  at: number;
  /** Of two that are due together the one that came first goes first, whatever they are called. */
  turn: number;
}

const before = (a: Placed, b: Placed): boolean => a.at < b.at || (a.at === b.at && a.turn < b.turn);

/** One of the places a task can be in, always in the order in which tasks leave it. */
export class Shelf<Item extends Placed> {
  #items: Item[] = [];
  /** What is before this place has left; moving up all others each time would take as long as the line is. */
  #head = 0;

  get size(): number {
    return this.#items.length - this.#head;
  }

  get first(): Item | undefined {
    return this.#items[this.#head];
  }

  /** Its `at` and `turn` must not change while it stands here: they are how it is found again. */
  add(item: Item): void {
    const last = this.#items.at(-1);
    if (this.size === 0 || last === undefined || before(last, item)) this.#items.push(item);
    else
      this.#items.splice(
        this.#rank((other) => before(other, item)),
        0,
        item,
      );
  }

  delete(item: Item): void {
    const at = this.#rank((other) => before(other, item));
    if (at !== this.#head) this.#items.splice(at, 1);
    else if (++this.#head * 2 > this.#items.length) this.#trim();
  }

  indexOf(item: Item): number {
    return this.#rank((other) => before(other, item)) - this.#head;
  }

  slice(from: number, to = this.size): Item[] {
    return this.#items.slice(this.#head + from, this.#head + to);
  }

  /** All that are due by then, the earliest first. They stay. */
  dueBy(at: number): Item[] {
    return this.slice(0, this.countBy(at));
  }

  /** How many are due by then. */
  countBy(at: number): number {
    return this.#rank((item) => item.at <= at) - this.#head;
  }

  #trim(): void {
    this.#items = this.#items.slice(this.#head);
    this.#head = 0;
  }

  /** Behind how many at the start that are so; there is none behind the first that is not. */
  #rank(isSo: (item: Item) => boolean): number {
    let [low, high] = [this.#head, this.#items.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isSo(this.#items[middle] as Item)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
