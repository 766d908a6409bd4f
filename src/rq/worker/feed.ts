import { firstValueFrom, merge, Observable, Subject, type Subscriber, timer } from 'rxjs';
import { asRqError } from '../errors.ts';
import { Doorbell } from './doorbell.ts';
import type { RqRun } from './run.ts';
import type { Station } from './station.ts';

/** ms between two looks while workers are suspended, as RQ does it. */
const SUSPENDED = 1_000;

export interface FeedOptions {
  /** Most runs at once that are not settled. */
  readonly concurrency: number;
  /** Complete when the queues are empty. */
  readonly burst: boolean;
  /** Which queue to ask first: the order given, or each in turn. */
  readonly fair: boolean;
}

/**
 * The jobs of a worker as a stream: started one by one, as places are free.
 *
 * Emits      runs, each to be settled; those of the first queue first.
 * Completes  when told to by `closing`; in burst mode when the queues are empty and nothing runs any more.
 * Errors     with an RqError when nothing can mend it. A lost connection is no such thing.
 */
export const feed = (station: Station, closing: Observable<void>, options: FeedOptions): Observable<RqRun> =>
  new Observable((out) => {
    new Feed(station, closing, options, out).begin();
  });

class Feed {
  readonly #station: Station;
  readonly #options: FeedOptions;
  readonly #out: Subscriber<RqRun>;
  readonly #doorbell: Doorbell;
  /** Fires when it is time to stop waiting for whatever it is. */
  readonly #woken = new Subject<void>();
  readonly #runs = new Set<RqRun>();
  #closing = false;
  #turn = 0;

  constructor(station: Station, closing: Observable<void>, options: FeedOptions, out: Subscriber<RqRun>) {
    this.#station = station;
    this.#options = options;
    this.#out = out;
    this.#doorbell = new Doorbell(station.context.store, station.options.queues);
    // Before anybody waits for `freed`: who is woken finds the place free.
    out.add(station.freed.subscribe((run) => this.#runs.delete(run)));
    out.add(() => this.#woken.next());
    out.add(
      closing.subscribe(() => {
        this.#closing = true;
        this.#woken.next();
      }),
    );
  }

  begin(): void {
    this.#loop()
      // Closed while Redis was away is closed, and no failure.
      .catch((error: unknown) => (this.#closing ? this.#out.complete() : this.#out.error(asRqError(error))))
      .finally(() => this.#doorbell.close());
  }

  get #over(): boolean {
    return this.#closing || this.#out.closed;
  }

  async #loop(): Promise<void> {
    const { concurrency, burst } = this.#options;
    while (!this.#over) {
      const free = Math.min(concurrency - this.#runs.size, 1_000);
      if (free <= 0) {
        await this.#one(this.#station.freed);
        continue;
      }
      const { suspended, left, runs } = await this.#station.take(free, this.#next());
      await this.#deliver(runs);
      if (runs.length > 0 || left) continue;
      if (burst && (suspended || this.#runs.size === 0)) break;
      if (burst) await this.#one(this.#station.freed);
      else if (suspended) await this.#one(timer(SUSPENDED));
      else await this.#idle();
    }
    this.#out.complete();
  }

  #next(): number {
    const { queues } = this.#station.options;
    return this.#options.fair ? (this.#turn++ % queues.length) + 1 : 1;
  }

  async #deliver(runs: readonly RqRun[]): Promise<void> {
    for (const [i, run] of runs.entries()) {
      if (this.#over) return this.#station.handBack(runs.slice(i));
      this.#runs.add(run);
      this.#out.next(run);
    }
  }

  // A look now and then even when nobody rings: a bell can be lost with its connection.
  async #idle(): Promise<void> {
    const rung = new Subject<void>();
    let failure: unknown;
    this.#doorbell.wait().then(
      () => rung.next(),
      (error: unknown) => {
        failure = error;
        rung.next();
      },
    );
    await this.#one(rung);
    if (failure !== undefined && !this.#over) throw failure;
  }

  async #one(event: Observable<unknown>): Promise<void> {
    if (!this.#over) await firstValueFrom(merge(event, this.#woken), { defaultValue: undefined });
  }
}
