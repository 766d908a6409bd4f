import type { Delivery } from '../broker.ts';
import type { Placed, Shelf } from '../memoryShelf.ts';
import type { Fate, Member } from './broker.ts';

/** A member as memory keeps it: what Redis spreads over several keys, in one object. */
export class PoolMember implements Placed {
  readonly id: string;
  readonly codec: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly addedAt: number;
  /** Of its own: whoever added the bytes may write over them, and so may whoever gets them. */
  readonly #body: Buffer;
  shelf: Shelf<PoolMember> | undefined;
  at = 0;
  turn = 0;
  /** Of the delivery that may settle it. */
  token: string | undefined;
  /** Where it stood when it was taken. */
  was: Placed = { at: 0, turn: 0 };
  // Since its last ack.
  deliveries = 0;
  failures = 0;
  failingSince = 0;

  constructor({ id, codec, headers, body }: Member, now: number) {
    this.id = id;
    this.codec = codec;
    this.headers = { ...headers };
    this.#body = Buffer.from(body as string);
    this.addedAt = now;
  }

  /** The delivery that begins now. */
  delivery(now: number, lease: number, token: string): Delivery {
    this.token = token;
    this.was = { at: this.at, turn: this.turn };
    this.deliveries++;
    const { id, codec, deliveries, failures } = this;
    return {
      id,
      token,
      codec,
      headers: { ...this.headers },
      body: Buffer.from(this.#body),
      enqueuedAt: this.addedAt,
      priority: 0,
      deliveries,
      failures,
      failingFor: failures > 0 ? now - this.failingSince : 0,
      takenAt: now,
      leasedUntil: now + lease,
    };
  }

  /** Writes down how its delivery ended. */
  settle(kind: Fate['kind'], now: number): void {
    this.token = undefined;
    if (kind === 'unseen') this.deliveries--;
    if (kind === 'fail' && ++this.failures === 1) this.failingSince = now;
    if (kind === 'ack') Object.assign(this, { deliveries: 0, failures: 0, failingSince: 0 });
  }
}
