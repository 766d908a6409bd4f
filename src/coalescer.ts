/**
 * Gathers what comes in one turn of the event loop, so that it travels together: a loop of single calls
 * costs about what one call for all of them does.
 */
export class Coalescer<Item> {
  readonly #endOfTurn: (flush: () => void) => void;
  readonly #most: number;
  readonly #send: (items: Item[]) => void;
  #items: Item[] = [];
  #weight = 0;
  #due = false;

  /** `most`: the weight that goes at once, without waiting for the end of the turn. */
  constructor(endOfTurn: (flush: () => void) => void, most: number, send: (items: Item[]) => void) {
    this.#endOfTurn = endOfTurn;
    this.#most = most;
    this.#send = send;
  }

  add(item: Item, weight = 1): void {
    if (this.#weight + weight > this.#most) this.flush();
    this.#items.push(item);
    this.#weight += weight;
    if (this.#weight >= this.#most) this.flush();
    else if (!this.#due) {
      this.#due = true;
      this.#endOfTurn(() => {
        this.#due = false;
        this.flush();
      });
    }
  }

  flush(): void {
    if (this.#items.length === 0) return;
    const items = this.#items;
    this.#items = [];
    this.#weight = 0;
    this.#send(items);
  }
}
