const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Ctrl-C once: come to an end. Twice: now. Heard for as long as the process lives. */
export class Interrupts {
  readonly #stop = new AbortController();
  readonly #force = new AbortController();
  #told = false;

  constructor() {
    for (const name of SIGNALS) process.on(name, this.#heard);
  }

  /** Whether somebody asked; false when the end came otherwise. */
  get told(): boolean {
    return this.#told;
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Fires the second time. */
  get force(): AbortSignal {
    return this.#force.signal;
  }

  stop(): void {
    this.#stop.abort();
  }

  readonly #heard = (): void => {
    if (this.#told) this.#force.abort();
    this.#told = true;
    this.#stop.abort();
  };
}
