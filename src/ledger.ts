import { firstValueFrom, race, type SchedulerLike, Subject, type Subscription, timer } from 'rxjs';
import type { Broker, Delivery, Outcome, RetryRule } from './broker/broker.ts';
import * as check from './check.ts';
import { Coalescer } from './coalescer.ts';
import { asQueueError, closed, QueueError } from './errors.ts';
import type { QueueEvent } from './events.ts';
import { disposal, Holding, type Sending, unseen } from './holding.ts';
import { Err, Ok, type Result } from './result.ts';
import type { Answer, Held, Holder, SettlementKind, Verdict } from './task.ts';

export interface LedgerOptions {
  readonly queue: string;
  readonly broker: Broker;
  readonly events: Subject<QueueEvent>;
  /** ms */
  readonly lease: number;
  /** ms an `ack()` and its like wait for a Redis that is away. */
  readonly patience: number;
  readonly rule: RetryRule;
  /** ms to wait after so many failures. */
  readonly backoff: (failures: number) => number;
}

/** Deliveries per script: larger batches lose more to parsing than they save in round trips. */
const BATCH = 250;
/** How often the ledger looks through what it holds, ms, at most: most tasks are settled before it does. */
const LOOK = 250;

/**
 * What this process holds: every delivery from its emission until it is settled. Here leases are renewed,
 * dropped tasks noticed, and verdicts sent.
 */
export class Ledger implements Holder {
  readonly queue: string;
  readonly #options: LedgerOptions;
  readonly #clock: SchedulerLike;
  readonly #held = new Set<Holding>();
  readonly #emptied = new Subject<void>();
  readonly #sending: Coalescer<Sending>;
  // Registering a task costs as much as all else that is done for it: only those that live long are watched.
  readonly #dropped = new FinalizationRegistry<Holding>((holding) => this.#onDropped(holding));
  readonly #every: number;
  #looking: Subscription | undefined;
  #closed = false;

  constructor(options: LedgerOptions) {
    this.queue = options.queue;
    this.#options = options;
    this.#clock = options.broker.scheduler;
    this.#every = Math.min(LOOK, options.lease / 3);
    this.#sending = new Coalescer(
      (flush) => options.broker.endOfTurn(flush),
      BATCH,
      (batch) => this.#send(batch),
    );
  }

  get size(): number {
    return this.#held.size;
  }

  /** Keeps a delivery from now on; `freed` is called once, when it is settled. */
  hold(delivery: Delivery, freed: () => void): Holding {
    const now = this.#clock.now();
    const holding = new Holding(delivery, freed, now + this.#options.lease / 3);
    this.#held.add(holding);
    this.#looking ??= this.#clock.schedule(() => this.#look(), this.#every);
    return holding;
  }

  settle(held: Held, verdict: Verdict, answer: Answer, impatient = false): void {
    const holding = held as Holding;
    const { sending } = holding;
    if (this.#closed) answer(closed());
    else if (sending !== undefined && sending.answer === undefined && sending.verdict.kind === verdict.kind) {
      // Asked again after CONNECTION: the verdict is still on its way, so this one waits for its answer.
      Object.assign(sending, { answer, impatient });
      if (impatient) this.#loseHope([sending]);
    } else if (holding.settled || sending !== undefined) answer(this.#stale(holding, verdict.kind));
    else {
      const written = disposal(holding.delivery, verdict, (failures) => this.#backoff(failures));
      holding.sending = { holding, verdict, disposal: written, answer, impatient };
      this.#sending.add(holding.sending);
    }
  }

  attempt(held: Held, verdict: Verdict): Promise<Result<void, QueueError>> {
    return new Promise((resolve) => {
      this.settle(held, verdict, (error) => resolve(error === undefined ? Ok(undefined) : Err(error)), true);
    });
  }

  extend(held: Held, ms: number): Promise<Result<void, QueueError>> {
    check.milliseconds('extend', 'ms', ms, { min: 1 });
    const { broker, patience } = this.#options;
    const holding = held as Holding;
    return new Promise((resolve) => {
      if (this.#closed) return resolve(Err(closed()));
      if (holding.settled || holding.sending !== undefined) return resolve(Err(stale(holding.id)));
      broker.renew([holding.delivery], ms, true, patience).subscribe({
        next: ([end = 0]) => {
          if (end > 0) holding.leasedUntil = end;
          resolve(end > 0 ? Ok(undefined) : Err(stale(holding.id)));
        },
        error: (error: unknown) => resolve(Err(asQueueError(error))),
      });
    });
  }

  /** Hands back deliveries that nobody has seen: at once, in order, to the front. */
  giveBack(deliveries: readonly Delivery[]): void {
    // The last ones first: each batch goes in front of the one before.
    for (let end = deliveries.length; end > 0; end -= 1_000) {
      const batch = deliveries.slice(Math.max(end - 1_000, 0), end).map(unseen);
      this.#options.broker.settle(batch, this.#options.rule, Number.POSITIVE_INFINITY).subscribe({
        error: (error: Error) => this.#tell({ type: 'error', during: 'hand back', error }),
      });
    }
  }

  /** Renews every lease at once: after an outage they have run out or soon will. */
  renewAll(): void {
    for (const holding of this.#held) if (holding.renewAt !== Number.POSITIVE_INFINITY) holding.renewAt = 0;
    this.#renewDue();
  }

  /** Resolves when nothing is held any more, or after `timeout` ms. */
  drain(timeout: number): Promise<unknown> {
    this.#sending.flush();
    if (this.#held.size === 0) return Promise.resolve();
    return firstValueFrom(race(this.#emptied, timer(timeout, this.#clock)));
  }

  /** Hands back what is still held, waiting at most `timeout` ms; answers what could not be. Nothing can be settled here afterwards. */
  async close(timeout: number): Promise<string[]> {
    for (const holding of this.#held) this.settle(holding, { kind: 'release' }, () => {});
    await this.drain(timeout);
    this.#closed = true;
    this.#looking?.unsubscribe();
    return [...this.#held].map(({ id }) => id);
  }

  #send(batch: readonly Sending[]): void {
    const { broker, rule } = this.#options;
    const hope = batch.some(({ impatient }) => impatient) ? this.#loseHope(batch) : undefined;
    const disposals = batch.map((sending) => sending.disposal);
    broker.settle(disposals, rule, Number.POSITIVE_INFINITY).subscribe({
      next: (outcomes) => {
        hope?.unsubscribe();
        for (let i = 0; i < batch.length; i++) this.#heard(batch[i] as Sending, outcomes[i] ?? 0);
        if (this.#held.size === 0) this.#emptied.next();
      },
      error: (error: unknown) => {
        hope?.unsubscribe();
        for (const sending of batch) {
          sending.holding.sending = undefined;
          sending.answer?.(asQueueError(error));
        }
      },
    });
  }

  #heard({ holding, verdict, disposal: { dead, message }, answer }: Sending, outcome: Outcome): void {
    const { kind } = verdict;
    holding.settled = true;
    holding.sending = undefined;
    holding.task = undefined;
    this.#held.delete(holding);
    if (outcome === 2) {
      const reason = kind === 'kill' ? dead : 'retry-limit';
      this.#tell({ type: 'dead', id: holding.id, reason, message });
    }
    answer?.(outcome === 0 ? this.#stale(holding, kind) : undefined);
    holding.freed();
  }

  /** Tells the impatient ones CONNECTION when Redis stays away; their verdicts stay on their way. */
  #loseHope(batch: readonly Sending[]): Subscription {
    const { patience } = this.#options;
    return this.#clock.schedule(() => {
      for (const sending of batch) {
        if (!sending.impatient || sending.holding.sending !== sending) continue;
        const error = new QueueError(
          'CONNECTION',
          `No answer from Redis within ${patience} ms (patience); it is still tried`,
        );
        sending.answer?.(error);
        sending.answer = undefined;
      }
    }, patience);
  }

  #look(): void {
    for (const holding of this.#held) {
      if (holding.task === undefined) continue;
      this.#dropped.register(holding.task, holding);
      holding.task = undefined;
    }
    this.#renewDue();
    const again = this.#held.size > 0 && !this.#closed;
    this.#looking = again ? this.#clock.schedule(() => this.#look(), this.#every) : undefined;
  }

  #renewDue(): void {
    const now = this.#clock.now();
    const due: Holding[] = [];
    for (const holding of this.#held) if (holding.renewAt <= now) due.push(holding);
    for (let i = 0; i < due.length; i += 1_000) this.#renew(due.slice(i, i + 1_000), now);
  }

  #renew(batch: readonly Holding[], now: number): void {
    const { broker, lease } = this.#options;
    for (const holding of batch) holding.renewAt = now + lease / 3;
    broker
      .renew(
        batch.map(({ delivery }) => delivery),
        lease,
        false,
        lease,
      )
      .subscribe({
        next: (ends) => {
          for (const [i, holding] of batch.entries()) {
            const end = ends[i] ?? 0;
            if (end > 0) holding.leasedUntil = end;
            else if (!holding.settled && holding.sending === undefined) {
              // Somebody else has it, or will: our work may still win, but the lease is gone.
              holding.renewAt = Number.POSITIVE_INFINITY;
              this.#tell({ type: 'lost', id: holding.id });
            }
          }
        },
        error: (error: Error) => this.#tell({ type: 'error', during: 'renew', error }),
      });
  }

  #onDropped(holding: Holding): void {
    if (holding.settled || holding.sending !== undefined || this.#closed) return;
    this.#tell({ type: 'dropped', id: holding.id });
    this.settle(holding, { kind: 'release' }, () => {});
  }

  #backoff(failures: number): number {
    try {
      return this.#options.backoff(failures);
    } catch (error) {
      // The task has failed all the same, and must come back: at once, since nobody said when.
      this.#tell({ type: 'error', during: 'backoff', error: error as Error });
      return 0;
    }
  }

  #stale(holding: Holding, kind: SettlementKind): QueueError {
    this.#tell({ type: 'stale', id: holding.id, kind });
    return stale(holding.id);
  }

  #tell(event: QueueEvent): void {
    this.#options.events.next(event);
  }
}

const stale = (id: string): QueueError =>
  new QueueError(
    'STALE',
    `Task ${id} is no longer this delivery's to settle: it was settled before, or its lease ran out`,
    {
      ids: [id],
    },
  );
