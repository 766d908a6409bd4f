/** Which tasks were handled: each has to be, once. */
export class Seen {
  #expected;
  #ids = new Set();
  #doubled = 0;

  constructor(tasks) {
    this.#expected = tasks;
  }

  add(id) {
    if (this.#ids.has(id)) this.#doubled++;
    else this.#ids.add(id);
  }

  /** Throws when something was lost, handled twice, or is still in Redis. */
  check(left) {
    const lost = this.#expected.filter(({ id }) => !this.#ids.has(id)).length;
    const strange = this.#ids.size - (this.#expected.length - lost);
    if (lost + this.#doubled + strange + left > 0)
      throw new Error(`${lost} lost, ${this.#doubled} doubled, ${strange} never put, ${left} left in Redis`);
  }
}
