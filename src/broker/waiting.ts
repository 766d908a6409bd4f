import { defer, type Observable } from 'rxjs';
import { STALL, within } from './call.ts';
import { isReadOnly, lasting } from './faults.ts';
import type { Link } from './link.ts';

/** How long one blocking pop waits, s: what a lost wake-up costs at most, and all that an idle consumer asks. */
const BLOCK = 10;

/** Waiting for a wake-up, on a connection of its own that is opened when first needed. */
export class Waiting {
  readonly #open: () => Link;
  readonly #key: string;
  readonly #patience: number;
  #link: Link | undefined;
  #pending = false;

  /** `patience`: ms a connection that is away is waited for, until CONNECTION. Default: for ever. */
  constructor(open: () => Link, key: string, patience = Number.POSITIVE_INFINITY) {
    this.#open = open;
    this.#key = key;
    this.#patience = patience;
  }

  /** Emits when woken, after BLOCK seconds, or when the connection came back: time to look. */
  wait(): Observable<void> {
    return defer(() => this.#block());
  }

  /** Whether a wake-up may have been under way. */
  close(): boolean {
    this.#link?.close();
    return this.#pending;
  }

  async #block(): Promise<void> {
    this.#link ??= this.#open();
    const link = this.#link;
    await link.ready(this.#patience);
    this.#pending = true;
    try {
      // Giving up on this pop is safe, unlike on one that carries a task: what it could lose is a
      // wake-up, and whoever gives up looks for himself.
      const silent = (): Error => {
        link.renew();
        return new Error('Redis does not answer');
      };
      await within(BLOCK * 1_000 + STALL, link.client.bzpopmin(this.#key, BLOCK), silent);
    } catch (error) {
      const final = lasting(error);
      if (final !== undefined) throw final;
      if (isReadOnly(error)) link.renew(); // a failover happened: find the new master
      await link.ready(this.#patience);
    } finally {
      this.#pending = false;
    }
  }
}
