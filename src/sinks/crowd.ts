import type { Observable, Subscription } from 'rxjs';
import type { QueueError } from '../errors.ts';
import { asQueueError } from '../errors.ts';
import type { Parcel } from './parcel.ts';

/** The way into a queue that may be full. */
export interface Door {
  /** Emits when there may be room. */
  room(): Observable<void>;
  /**
   * Puts what there is room for, in this order, and tells each parcel; emits once they are told. `woken`: by `room`;
   * then a wake-up is passed on while there is more room.
   */
  enter(parcels: readonly Parcel[], woken: boolean): Observable<void>;
}

/** Most entries that try together. */
const MOST = 250;

/**
 * Who wants into a queue that may be full: first come, first served. Of all of them only the first few try, one try
 * at a time; once they are refused, one listens for room for all.
 */
export class Crowd {
  readonly #door: Door;
  /** In order. Who tries stays among them until he is told. */
  readonly #waiting = new Set<Parcel>();
  /** How many entries are to try next time: about twice as many as were let in the last time. */
  #most = MOST;
  /** Whether some try at this moment, or one listens. */
  #busy = false;
  #listening: Subscription | undefined;
  #closed: QueueError | undefined;

  constructor(door: Door) {
    this.#door = door;
  }

  add(parcels: readonly Parcel[]): void {
    // Who does not wait goes with the others while nobody waits; else tries at once.
    const hasty = this.#busy ? parcels.filter(({ waits }) => !waits) : [];
    for (const parcel of parcels) if (!hasty.includes(parcel)) this.#waiting.add(parcel);
    if (hasty.length > 0) this.#door.enter(hasty, false).subscribe({ error: failing(hasty) });
    if (!this.#busy) this.#enter(false);
  }

  /** It waits no longer. */
  leave(parcel: Parcel): void {
    this.#waiting.delete(parcel);
  }

  /** Who is trying hears how that ends; the others hear this. */
  close(error: QueueError): void {
    this.#closed = error;
    if (this.#listening === undefined) return;
    this.#listening.unsubscribe();
    this.#fail(error);
  }

  /** With nobody left, only the wake-up is passed on. */
  #enter(woken: boolean): void {
    const going: Parcel[] = [];
    let entries = 0;
    for (const parcel of this.#waiting) {
      if (entries >= this.#most) break;
      going.push(parcel);
      entries += parcel.entries.length;
    }
    this.#busy = true;
    this.#door.enter(going, woken).subscribe({
      next: () => this.#entered(going, entries, woken),
      error: (error: unknown) => this.#fail(asQueueError(error)),
    });
  }

  #entered(going: readonly Parcel[], tried: number, woken: boolean): void {
    let refused = 0;
    for (const parcel of going)
      if (parcel.answered) this.#waiting.delete(parcel);
      else refused += parcel.entries.length;
    // Who was not woken may have been refused because others wait: that says nothing about room.
    if ((woken && tried > 0) || refused < tried) this.#most = Math.min(Math.max(2 * (tried - refused), 1), MOST);
    if (this.#closed !== undefined) this.#fail(this.#closed);
    else if (refused > 0) this.#listen();
    else if (this.#waiting.size > 0) this.#enter(false);
    else this.#busy = false;
  }

  #listen(): void {
    this.#listening = this.#door.room().subscribe({
      next: () => {
        this.#listening = undefined;
        this.#enter(true);
      },
      error: (error: unknown) => {
        this.#listening = undefined;
        this.#fail(asQueueError(error));
      },
    });
  }

  /** What those hear who tried, or listened, concerns all the others as well. */
  #fail(error: QueueError): void {
    this.#busy = false;
    const all = [...this.#waiting];
    this.#waiting.clear();
    failing(all)(error);
  }
}

/** Tells all of them of an error. */
export const failing =
  (parcels: readonly Parcel[]) =>
  (error: unknown): void => {
    for (const parcel of parcels) parcel.fail(asQueueError(error));
  };
