import { firstValueFrom, type Subject, type Subscription } from 'rxjs';
import type { Supply } from './broker/broker.ts';
import type { Chain } from './chain.ts';
import { asQueueError, type QueueError } from './errors.ts';
import type { QueueEvent } from './events.ts';
import { type Holding, stale } from './holding.ts';
import { Err, Ok, type Result } from './result.ts';

export interface RenewalOptions {
  readonly broker: Supply;
  readonly events: Subject<QueueEvent>;
  /** ms */
  readonly lease: number;
}

/** How often what is held is looked through, ms, at most: most tasks are settled before. */
const LOOK = 250;
/** Leases per script. */
const BATCH = 1_000;

/** Keeps what this process holds: renews leases at a third of their time, and notices tasks that were let go of. */
export class Renewal {
  readonly #held: Chain<Holding>;
  readonly #options: RenewalOptions;
  readonly #every: number;
  // Registering a task costs as much as all else that is done for it: only those that live long are watched.
  readonly #watch: FinalizationRegistry<Holding>;
  #looking: Subscription | undefined;

  /** `dropped` hears of tasks that were garbage collected; they may have been settled before. */
  constructor(held: Chain<Holding>, options: RenewalOptions, dropped: (holding: Holding) => void) {
    this.#held = held;
    this.#options = options;
    this.#every = Math.min(LOOK, options.lease / 3);
    this.#watch = new FinalizationRegistry(dropped);
  }

  /** Looks after what is held, for as long as anything is. */
  begin(): void {
    this.#looking ??= this.#options.broker.scheduler.schedule(() => this.#look(), this.#every);
  }

  end(): void {
    this.#looking?.unsubscribe();
  }

  /** When a lease that begins or was renewed now is to be renewed. */
  get next(): number {
    return this.#options.broker.scheduler.now() + this.#options.lease / 3;
  }

  /** Renews every lease at once: after an outage they have run out, or soon will. */
  all(): void {
    this.#renew([...this.#held].filter(({ renewAt }) => renewAt !== Number.POSITIVE_INFINITY));
  }

  /** Moves the end of one lease to `ms` from now, earlier or later. */
  extend(holding: Holding, ms: number, patience: number): Promise<Result<void, QueueError>> {
    if (holding.settled || holding.sending !== undefined) return Promise.resolve(Err(stale(holding.id)));
    const extended = this.#options.broker.renew([holding.delivery], ms, true, patience);
    return firstValueFrom(extended).then(
      ([end = 0]): Result<void, QueueError> => {
        if (end === 0) return Err(stale(holding.id));
        holding.leasedUntil = end;
        return Ok(undefined);
      },
      (error: unknown) => Err(asQueueError(error)),
    );
  }

  #look(): void {
    const now = this.#options.broker.scheduler.now();
    const due: Holding[] = [];
    for (const holding of this.#held) {
      if (holding.task !== undefined) this.#watch.register(holding.task, holding);
      holding.task = undefined;
      if (holding.renewAt <= now) due.push(holding);
    }
    this.#renew(due);
    this.#looking = undefined;
    if (this.#held.size > 0) this.begin();
  }

  #renew(due: readonly Holding[]): void {
    const { broker, lease, events } = this.#options;
    for (let i = 0; i < due.length; i += BATCH) {
      const batch = due.slice(i, i + BATCH);
      for (const holding of batch) holding.renewAt = this.next;
      const holds = batch.map(({ delivery }) => delivery);
      broker.renew(holds, lease, false, lease).subscribe({
        next: (ends) => {
          for (const [k, holding] of batch.entries()) this.#heard(holding, ends[k] ?? 0);
        },
        error: (error: Error) => events.next({ type: 'error', during: 'renew', error }),
      });
    }
  }

  #heard(holding: Holding, end: number): void {
    if (end > 0) holding.leasedUntil = end;
    else if (!holding.settled && holding.sending === undefined) {
      // Somebody else has it, or will: our work may still win, but the lease is gone.
      holding.renewAt = Number.POSITIVE_INFINITY;
      this.#options.events.next({ type: 'lost', id: holding.id });
    }
  }
}
