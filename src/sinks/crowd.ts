import type { Observable, Subscription } from 'rxjs';
import type { QueueError } from '../errors.ts';
import { asQueueError } from '../errors.ts';
import type { Parcel } from './parcel.ts';

/** How the crowd waits and puts. */
export interface Door {
  /** Emits when there may be room. */
  room(): Observable<void>;
  /** Puts what it can, in this order, and answers which still wait; passes a wake-up on when there is more room. */
  enter(parcels: readonly Parcel[]): Observable<readonly Parcel[]>;
}

/** Most entries that try their luck together. */
const MOST = 250;

/** Who waits for room in a full queue: first come, first served, one listening for all. */
export class Crowd {
  readonly #door: Door;
  #waiting: Parcel[] = [];
  #listening: Subscription | undefined;
  #entering = false;
  #closed = false;

  constructor(door: Door) {
    this.#door = door;
  }

  get some(): boolean {
    return this.#entering || this.#waiting.length > 0;
  }

  add(parcels: readonly Parcel[]): void {
    this.#waiting.push(...parcels);
    this.#listen();
  }

  /** Does not wait any longer, but looks: the connection was lost, and with it maybe a wake-up. */
  look(): void {
    this.#listening?.unsubscribe();
    this.#listening = undefined;
    if (this.#waiting.length > 0 && !this.#entering) this.#enter();
  }

  close(error: QueueError): void {
    this.#closed = true;
    this.#listening?.unsubscribe();
    this.#fail(error);
  }

  #listen(): void {
    this.#waiting = this.#waiting.filter((parcel) => !parcel.aborted);
    if (this.#waiting.length === 0 || this.#entering || this.#closed) return;
    this.#listening ??= this.#door.room().subscribe({
      next: () => {
        this.#listening = undefined;
        this.#enter();
      },
      error: (error: unknown) => {
        this.#listening = undefined;
        this.#fail(asQueueError(error));
      },
    });
  }

  /** Goes in, as many as are worth a try; with nobody left, only to pass the wake-up on. */
  #enter(): void {
    const going: Parcel[] = [];
    const all = this.#waiting.filter((parcel) => !parcel.aborted);
    for (let entries = 0; all.length > 0 && entries < MOST; ) {
      const next = all.shift() as Parcel;
      going.push(next);
      entries += next.entries.length;
    }
    this.#waiting = all;
    this.#entering = true;
    this.#door.enter(going).subscribe({
      next: (refused) => {
        this.#entering = false;
        this.#waiting.unshift(...refused);
        this.#listen();
      },
      error: (error: unknown) => {
        this.#entering = false;
        for (const parcel of going) parcel.fail(asQueueError(error));
        // What those heard who tried concerns the others as well.
        this.#fail(asQueueError(error));
      },
    });
  }

  #fail(error: QueueError): void {
    for (const parcel of this.#waiting.splice(0)) parcel.fail(error);
  }
}
