import type { Delivery, Disposal, Taken } from './broker/broker.ts';
import type { Linked } from './chain.ts';
import { QueueError, textOf } from './errors.ts';
import type { Answer, DeadReason, Held, Task, Verdict } from './task.ts';

/** Whoever a task was delivered to, and has a credit less for it. */
export interface Consumer {
  /** One of its tasks is settled: it has that credit back. */
  credit(): void;
  /** So much for now: time to fetch more. */
  refill(): void;
  /** How many it wants, now that `freed` of its tasks are being settled; it counts on getting them with that. */
  wants(freed: number): number;
  /** Gets what it wanted, or hears why not. */
  receive(asked: number, taken: Taken): void;
  fail(error: QueueError): void;
}

/** One delivery while this process holds it. */
export class Holding implements Held, Linked<Holding> {
  before: Holding | undefined;
  after: Holding | undefined;
  readonly delivery: Delivery;
  readonly consumer: Consumer | undefined;
  leasedUntil: number;
  /** When to renew the lease, by the scheduler's clock; Infinity once it is lost. */
  renewAt: number;
  /** The task itself, while it is young; then it is watched for being dropped, and must not be held on to. */
  task: Task<unknown> | undefined;
  /** The verdict that is on its way. */
  sending: Sending | undefined;
  settled = false;

  constructor(delivery: Delivery, consumer: Consumer | undefined, renewAt: number) {
    this.delivery = delivery;
    this.consumer = consumer;
    this.renewAt = renewAt;
    this.leasedUntil = delivery.leasedUntil;
  }

  get id(): string {
    return this.delivery.id;
  }
  get enqueuedAt(): number {
    return this.delivery.enqueuedAt;
  }
  get priority(): number {
    return this.delivery.priority;
  }
  get deliveries(): number {
    return this.delivery.deliveries;
  }
  get failures(): number {
    return this.delivery.failures;
  }
  get failingFor(): number {
    return this.delivery.failingFor;
  }
  get headers(): Readonly<Record<string, string>> {
    return this.delivery.headers;
  }
}

/**
 * A verdict on its way to storage, in the form storage takes it. It keeps what the verdict says, and not the verdict:
 * that one was made by a literal, and lives no longer than V8 may see (see received.ts).
 */
export class Sending implements Disposal, Verdict {
  readonly holding: Holding;
  readonly kind: Verdict['kind'];
  readonly delay: number;
  readonly at: 'front' | 'back';
  readonly dead: DeadReason;
  readonly reason: unknown;
  readonly value: unknown;
  /** Whoever waits to hear of it; undefined once he was told CONNECTION. */
  answer: Answer | undefined;
  /** Whether he waits no longer than `patience`. */
  impatient: boolean;

  /** `backoff` gives a failure its delay where the verdict has none. */
  constructor(
    holding: Holding,
    verdict: Verdict,
    backoff: (failures: number) => number,
    answer: Answer,
    impatient: boolean,
  ) {
    const { kind, at = kind === 'fail' ? 'back' : 'front' } = verdict;
    this.holding = holding;
    this.kind = kind;
    // At the front means next, not after the backoff.
    this.delay = verdict.delay ?? (kind === 'fail' && at === 'back' ? backoff(holding.failures + 1) : 0);
    this.at = at;
    this.dead = verdict.dead ?? 'killed';
    this.reason = verdict.reason;
    this.value = verdict.value;
    this.answer = answer;
    this.impatient = impatient;
  }

  /** Tells whoever waits to hear of it, if anybody does. */
  tell(error: QueueError | undefined): void {
    this.answer?.(error, this.id, this);
  }

  get id(): string {
    return this.holding.delivery.id;
  }
  get token(): string {
    return this.holding.delivery.token;
  }
  get takenAt(): number {
    return this.holding.delivery.takenAt;
  }
  get message(): string {
    return textOf(this.reason);
  }
}

/** Tasks nobody has seen go back as if they had never been delivered. */
export const unseen = ({ id, token, takenAt }: Delivery): Disposal => ({
  id,
  token,
  takenAt,
  kind: 'unseen',
  delay: 0,
  at: 'front',
  dead: 'killed',
  message: '',
});

/** Whose credits come back with them. */
export const consumersOf = (batch: readonly Sending[]): Set<Consumer> => {
  const consumers = new Set<Consumer>();
  for (const { holding } of batch) if (holding.consumer !== undefined) consumers.add(holding.consumer);
  return consumers;
};

/** The consumer of all of them, if it is one. */
export const theirOnly = (batch: readonly Sending[]): Consumer | undefined => {
  const consumer = batch[0]?.holding.consumer;
  return batch.every(({ holding }) => holding.consumer === consumer) ? consumer : undefined;
};

export const stale = (id: string): QueueError => {
  const message = `Task ${id} is no longer this delivery's to settle: it was settled before, or its lease ran out`;
  return new QueueError('STALE', message, { ids: [id] });
};
