import type { DeadReason } from '../task.ts';
import type { DeadLetter, Delivery, Disposal, Entry, RetryRule } from './broker.ts';
import type { Placed, Shelf } from './memoryShelf.ts';

/** A task as memory keeps it: what Redis spreads over several keys, in one object. */
export class MemoryTask implements Placed {
  readonly id: string;
  readonly codec: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly enqueuedAt: number;
  /** Of its own: whoever put the bytes may write over them, and so may whoever gets them. */
  readonly #body: Buffer;
  /** The one place it is in; undefined once it is gone. */
  shelf: Shelf<MemoryTask> | undefined;
  at = 0;
  turn = 0;
  /** Of a delayed one: joins the front when it is due. */
  front = false;
  /** Of its latest delivery. */
  token: string | undefined;
  takenAt = 0;
  /** The lease of that delivery ran out, and nobody has taken it since: its holder's ack still counts. */
  lapsed = false;
  deliveries = 0;
  failures = 0;
  failingSince = 0;
  dead: DeadReason = 'killed';
  message = '';

  constructor({ id, codec, headers, body }: Entry, now: number) {
    this.id = id;
    this.codec = codec;
    this.headers = { ...headers };
    this.#body = Buffer.from(body as string);
    this.enqueuedAt = now;
  }

  /** The delivery that begins now. */
  delivery(now: number, lease: number, token: string): Delivery {
    this.token = token;
    this.takenAt = now;
    this.lapsed = false;
    this.deliveries++;
    const { id, codec, enqueuedAt, deliveries, failures } = this;
    return {
      id,
      token,
      codec,
      headers: { ...this.headers },
      body: Buffer.from(this.#body),
      enqueuedAt,
      priority: 0,
      deliveries,
      failures,
      failingFor: failures > 0 ? now - this.failingSince : 0,
      takenAt: now,
      leasedUntil: now + lease,
    };
  }

  /** Writes down what its holder says of it, and answers whether it dies of that. */
  judge({ kind, dead, message }: Disposal, { limit, window }: RetryRule, now: number): boolean {
    if (kind === 'unseen') this.deliveries--;
    if (kind !== 'fail' && kind !== 'kill') return false;
    this.message = message;
    if (kind === 'kill') this.dead = dead;
    else {
      if (++this.failures === 1) this.failingSince = now;
      this.dead = 'retry-limit';
    }
    return kind === 'kill' || (this.failures > limit && (window === 0 || now - this.failingSince > window));
  }

  forgetFailures(): void {
    this.failures = 0;
    this.failingSince = 0;
    this.message = '';
  }

  letter(): DeadLetter {
    const { id, codec, enqueuedAt, deliveries, failures, message } = this;
    const [headers, body] = [{ ...this.headers }, Buffer.from(this.#body)];
    return { id, codec, headers, body, enqueuedAt, diedAt: this.at, deliveries, failures, reason: this.dead, message };
  }
}
