/** What rings when there may be something to take: one wake-up for one of those who wait. */
export class Wake {
  readonly #waiters = new Set<() => void>();
  #armed = false;

  /** Whether a wake-up lies ready for whoever waits next. */
  get armed(): boolean {
    return this.#armed;
  }

  /** Wakes the one who waits longest, else the next one to wait. */
  ring(): void {
    const [first] = this.#waiters;
    if (first === undefined) this.#armed = true;
    else {
      this.#waiters.delete(first);
      first();
    }
  }

  /** Takes a wake-up that lies ready away. */
  silence(): void {
    this.#armed = false;
  }

  /** Calls `woken` once: now if a wake-up lies ready. Answers how to wait no longer. */
  wait(woken: () => void): () => void {
    if (this.#armed) {
      this.#armed = false;
      woken();
    } else this.#waiters.add(woken);
    return () => this.#waiters.delete(woken);
  }
}
