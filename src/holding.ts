import type { Delivery, Disposal } from './broker/broker.ts';
import { textOf } from './errors.ts';
import type { Answer, Held, Task, Verdict } from './task.ts';

/** A verdict on its way to storage. */
export interface Sending {
  readonly holding: Holding;
  readonly verdict: Verdict;
  readonly disposal: Disposal;
  /** Whoever waits to hear of it; undefined once he was told CONNECTION. */
  answer: Answer | undefined;
  /** Whether he waits no longer than `patience`. */
  impatient: boolean;
}

/** One delivery while this process holds it. */
export class Holding implements Held {
  readonly delivery: Delivery;
  /** Gives the credit back to the consumer it was delivered to. */
  readonly freed: () => void;
  leasedUntil: number;
  /** When to renew the lease, by the scheduler's clock; Infinity once it is lost. */
  renewAt: number;
  /** The task itself, while it is young; then it is watched for being dropped, and must not be held on to. */
  task: Task<unknown> | undefined;
  /** The verdict that is on its way. */
  sending: Sending | undefined;
  settled = false;

  constructor(delivery: Delivery, freed: () => void, renewAt: number) {
    this.delivery = delivery;
    this.freed = freed;
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

/** The verdict as storage takes it; `backoff` gives a failure its delay where the verdict has none. */
export const disposal = (delivery: Delivery, verdict: Verdict, backoff: (failures: number) => number): Disposal => {
  const { id, token, takenAt } = delivery;
  const { kind, at = kind === 'fail' ? 'back' : 'front', dead = 'killed', reason } = verdict;
  // At the front means next, not after the backoff.
  const delay = verdict.delay ?? (kind === 'fail' && at === 'back' ? backoff(delivery.failures + 1) : 0);
  return { id, token, takenAt, kind, delay, at, dead, message: kind === 'ack' ? '' : textOf(reason) };
};
