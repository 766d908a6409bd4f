/** What one consumer saw of tasks `from` … `from + count - 1`. */
export class Tally {
  acked = 0;
  /** When the last one was acknowledged. */
  at = 0;
  #from;
  #now;
  #seen;
  #waits;
  #strange = 0;

  constructor(from, count, now) {
    this.#from = from;
    this.#now = now;
    this.#seen = new Uint8Array(count);
    this.#waits = new Float64Array(count);
  }

  work({ n, t }) {
    const i = n - this.#from;
    if (!(i >= 0 && i < this.#seen.length)) this.#strange++;
    else {
      this.#seen[i]++;
      this.#waits[i] = this.#now() - t;
    }
  }

  ack(n) {
    if (n === 0) return;
    this.acked += n;
    this.at = this.#now();
  }

  result() {
    return { seen: this.#seen, waits: this.#waits, strange: this.#strange, acked: this.acked };
  }
}

/** What all consumers saw together: each task has to be handled, and settled, once. Undefined when that is so. */
export const wrong = (count, tallies, left) => {
  let lost = 0;
  let doubled = 0;
  for (let i = 0; i < count; i++) {
    const times = tallies.reduce((sum, { seen }) => sum + seen[i], 0);
    if (times === 0) lost++;
    doubled += Math.max(times - 1, 0);
  }
  const strange = tallies.reduce((sum, each) => sum + each.strange, 0);
  const found = { lost, doubled, 'never put': strange, 'left in Redis': left };
  const words = Object.entries(found).flatMap(([what, n]) => (n === 0 ? [] : [`${n} ${what}`]));
  return words.length === 0 ? undefined : words.join(', ');
};
