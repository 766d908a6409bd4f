import type { DeadReason } from '../task.ts';
import type { DeadLetter, Delivery, Disposal, Entry, RetryRule } from './broker.ts';
import type { Placed, Shelf } from './memoryShelf.ts';

/** A task as memory keeps it: what Redis spreads over several keys, in one object. */
export class MemoryTask implements Placed {
  readonly id: string;
  readonly codec: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly priority: number;
  /** What it has in common with its twins. */
  readonly digest: string | undefined;
  enqueuedAt: number;
  /** Of its own: whoever put the bytes may write over them, and so may whoever gets them. */
  readonly body: Buffer;
  /** ms it was put with. */
  readonly delay: number;
  /** The one place it is in; undefined once it is gone. */
  shelf: Shelf<MemoryTask> | undefined;
  at = 0;
  turn = 0;
  /** Of a delayed one: joins the front when it is due. */
  front: boolean;
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

  constructor({ id, codec, headers, body, priority, digest, delay, front }: Entry, now: number) {
    this.id = id;
    this.codec = codec;
    this.priority = priority;
    this.digest = digest;
    this.delay = delay;
    this.front = front;
    this.headers = { ...headers };
    this.body = Buffer.from(body as string);
    this.enqueuedAt = now;
  }

  /** The delivery that begins now. */
  delivery(now: number, lease: number, token: string): Delivery {
    this.token = token;
    this.takenAt = now;
    this.lapsed = false;
    this.deliveries++;
    const { id, codec, enqueuedAt, priority, deliveries, failures } = this;
    return {
      id,
      token,
      codec,
      headers: { ...this.headers },
      body: Buffer.from(this.body),
      enqueuedAt,
      priority,
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

  die(why: DeadReason, message: string): void {
    this.dead = why;
    this.message = message;
  }

  /** Back from the dead: what died of its age is young again. */
  revive(now: number): void {
    if (this.dead === 'too-old') this.enqueuedAt = now;
    this.forgetFailures();
  }

  forgetFailures(): void {
    this.failures = 0;
    this.failingSince = 0;
    this.message = '';
  }

  letter(): DeadLetter {
    const { id, codec, enqueuedAt, deliveries, failures, message } = this;
    const [headers, body] = [{ ...this.headers }, Buffer.from(this.body)];
    return { id, codec, headers, body, enqueuedAt, diedAt: this.at, deliveries, failures, reason: this.dead, message };
  }
}
