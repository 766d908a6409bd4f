import { firstValueFrom, map, type Observable, race, Subject, type Subscription, timer } from 'rxjs';
import type { Delivery, Outcome, RetryRule, Supply, Taken } from './broker/broker.ts';
import { Chain } from './chain.ts';
import * as check from './check.ts';
import { Coalescer } from './coalescer.ts';
import { asQueueError, closed, QueueError } from './errors.ts';
import type { QueueEvent } from './events.ts';
import { type Consumer, consumersOf, Holding, Sending, stale, theirOnly } from './holding.ts';
import { Renewal } from './renewal.ts';
import { Err, Ok, type Result } from './result.ts';
import type { Answer, Held, Holder, SettlementKind, Verdict } from './task.ts';

export interface LedgerOptions {
  readonly queue: string;
  readonly broker: Supply;
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

/** What storage answers to a batch: what became of it, and what was taken along. */
type Reply = readonly [outcomes: readonly Outcome[], taken?: Taken];

/** What this process holds: every delivery from its emission until it is settled; verdicts are sent from here. */
export class Ledger implements Holder {
  readonly queue: string;
  readonly renewal: Renewal;
  readonly #options: LedgerOptions;
  readonly #held = new Chain<Holding>();
  readonly #emptied = new Subject<void>();
  readonly #sending: Coalescer<Sending>;
  #closed = false;

  constructor(options: LedgerOptions) {
    this.queue = options.queue;
    this.#options = options;
    this.renewal = new Renewal(this.#held, options, (holding) => this.#onDropped(holding));
    this.#sending = new Coalescer(
      (flush) => options.broker.endOfTurn(flush),
      BATCH,
      (batch) => this.#send(batch),
    );
  }

  /** Keeps a delivery from now on; its consumer has the credit back once it is settled. */
  hold(delivery: Delivery, consumer?: Consumer): Holding {
    const holding = new Holding(delivery, consumer, this.renewal.next);
    this.#held.add(holding);
    this.renewal.begin();
    return holding;
  }

  settle(held: Held, verdict: Verdict, answer: Answer, impatient = false): void {
    const holding = held as Holding;
    const { sending } = holding;
    if (this.#closed) answer(closed(), holding.id, verdict);
    else if (sending !== undefined && sending.answer === undefined && sending.kind === verdict.kind) {
      // Asked again after CONNECTION: the verdict is still on its way, so this one waits for its answer.
      Object.assign(sending, { answer, impatient });
      if (impatient) this.#loseHope([sending]);
    } else if (holding.settled || sending !== undefined)
      answer(this.#stale(holding, verdict.kind), holding.id, verdict);
    else {
      holding.sending = new Sending(holding, verdict, this.#backoff, answer, impatient);
      this.#sending.add(holding.sending);
    }
  }

  attempt(held: Held, verdict: Verdict): Promise<Result<void, QueueError>> {
    return new Promise((resolve) => {
      this.settle(held, verdict, (error) => resolve(error === undefined ? Ok(undefined) : Err(error)), true);
    });
  }

  extend(held: Held, ms: number): Promise<Result<void, QueueError>> {
    check.milliseconds('extend', 'ms', ms, { min: 1, max: check.LONGEST });
    if (this.#closed) return Promise.resolve(Err(closed()));
    return this.renewal.extend(held as Holding, ms, this.#options.patience);
  }

  /** Resolves when nothing is held any more, or after `timeout` ms. */
  drain(timeout: number): Promise<unknown> {
    this.#sending.flush();
    if (this.#held.size === 0) return Promise.resolve();
    return firstValueFrom(race(this.#emptied, timer(timeout, this.#options.broker.scheduler)));
  }

  /** Hands back what is still held, within `timeout` ms; answers what could not be. Nothing is settled here any more. */
  async close(timeout: number): Promise<string[]> {
    for (const holding of this.#held) this.settle(holding, { kind: 'release' }, () => {});
    await this.drain(timeout);
    this.#closed = true;
    this.renewal.end();
    return [...this.#held].map(({ id }) => id);
  }

  #send(all: readonly Sending[]): void {
    const { broker, lease, rule } = this.#options;
    const consumer = theirOnly(all);
    // While replicas are waited for, the leases of what was taken along would run.
    const wanted = broker.confirms ? 0 : (consumer?.wants(all.length) ?? 0);
    // As many as are taken for them: in one script, what two takes brought would be one take from then on,
    // with this process idle while Redis works and Redis while it does.
    const batch = wanted === 0 ? all : all.slice(0, wanted);
    const hope = batch.some(({ impatient }) => impatient) ? this.#loseHope(batch) : undefined;
    const reply: Observable<Reply> =
      wanted === 0
        ? broker.settle(batch, rule, Number.POSITIVE_INFINITY).pipe(map((outcomes) => [outcomes]))
        : broker.turn(batch, rule, wanted, lease, Number.POSITIVE_INFINITY);
    let heard: Reply | undefined;
    const told = (error?: QueueError): void => {
      hope?.unsubscribe();
      if (heard === undefined) this.#failed(batch, error as QueueError);
      else this.#answer(batch, heard[0], error);
      const taken = heard?.[1];
      if (taken !== undefined) consumer?.receive(wanted, taken);
      else if (wanted > 0) consumer?.fail(error as QueueError);
      else if (heard !== undefined) for (const each of consumersOf(batch)) each.refill();
    };
    reply.subscribe({
      next: (answer) => {
        heard = answer;
        for (const [i, sending] of batch.entries()) this.#settled(sending, answer[0][i] ?? 0);
        if (this.#held.size === 0) this.#emptied.next();
      },
      error: (error: unknown) => told(asQueueError(error)),
      complete: () => told(),
    });
    if (batch.length < all.length) this.#send(all.slice(wanted));
  }

  /** Everybody hears what became of his verdict. With an error it took effect all the same, where it did. */
  #answer(batch: readonly Sending[], outcomes: readonly Outcome[], error: QueueError | undefined): void {
    if (error?.code === 'REPLICAS')
      this.#options.events.next({ type: 'replicas', ids: batch.map(({ id }) => id), error });
    for (const [i, sending] of batch.entries())
      sending.tell(outcomes[i] === 0 ? this.#stale(sending.holding, sending.kind) : error?.about([sending.id]));
  }

  #failed(batch: readonly Sending[], error: QueueError): void {
    for (const sending of batch) {
      sending.holding.sending = undefined;
      sending.tell(error);
    }
  }

  #settled(sending: Sending, outcome: Outcome): void {
    const { holding } = sending;
    holding.settled = true;
    holding.sending = undefined;
    holding.task = undefined;
    this.#held.delete(holding);
    holding.consumer?.credit();
    if (outcome !== 2) return;
    const reason = sending.kind === 'kill' ? sending.dead : 'retry-limit';
    this.#options.events.next({ type: 'dead', id: holding.id, reason, message: sending.message });
  }

  /** Tells the impatient ones CONNECTION when Redis stays away; their verdicts stay on their way. */
  #loseHope(batch: readonly Sending[]): Subscription {
    const { patience } = this.#options;
    return this.#options.broker.scheduler.schedule(() => {
      for (const sending of batch) {
        if (!sending.impatient || sending.holding.sending !== sending) continue;
        const message = `No answer from Redis within ${patience} ms (patience); it is still tried`;
        sending.tell(new QueueError('CONNECTION', message, { ids: [sending.id] }));
        sending.answer = undefined;
      }
    }, patience);
  }

  #onDropped(holding: Holding): void {
    if (holding.settled || holding.sending !== undefined || this.#closed) return;
    this.#options.events.next({ type: 'dropped', id: holding.id });
    this.settle(holding, { kind: 'release' }, () => {});
  }

  readonly #backoff = (failures: number): number => {
    try {
      return this.#options.backoff(failures);
    } catch (error) {
      // The task has failed all the same, and must come back: at once, since nobody said when.
      this.#options.events.next({ type: 'error', during: 'backoff', error: error as Error });
      return 0;
    }
  };

  #stale(holding: Holding, kind: SettlementKind): QueueError {
    this.#options.events.next({ type: 'stale', id: holding.id, kind });
    return stale(holding.id);
  }
}
