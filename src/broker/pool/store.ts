import type { Delivery, Hold, Outcome, Taken } from '../broker.ts';
import { type Placed, Shelf } from '../memoryShelf.ts';
import type { Kept } from '../memorySupply.ts';
import { Wake } from '../memoryWake.ts';
import type { Fate, Member, PoolStats } from './broker.ts';
import { PoolMember } from './member.ts';

/** A pool in memory: each method is what the script of its name in lua/pool/ does, said in plain TypeScript. */
export class PoolStore implements Kept {
  readonly wake = new Wake();
  /** Those nobody holds, by when they are due. */
  readonly due = new Shelf<PoolMember>();
  /** By the end of the lease. */
  readonly leased = new Shelf<PoolMember>();
  readonly #members = new Map<string, PoolMember>();
  readonly #clock: { now(): number };
  #turns = 1;
  #takes = 0;

  constructor(clock: { now(): number }) {
    this.#clock = clock;
  }

  add(members: readonly Member[]): boolean[] {
    const now = this.#clock.now();
    const added = members.map((each) => {
      const before = this.#members.get(each.id);
      if (before !== undefined) this.#forget(before);
      const member = new PoolMember(each, now);
      this.#members.set(member.id, member);
      this.#place(member, this.due, now);
      return before === undefined;
    });
    if (members.length > 0) this.wake.ring();
    return added;
  }

  take(count: number, lease: number): Taken {
    const now = this.#clock.now();
    for (const member of this.leased.dueBy(now)) this.#place(member, this.due, member.at);
    const token = String(++this.#takes);
    const deliveries = this.due.slice(0, Math.min(count, this.due.countBy(now))).map((member): Delivery => {
      const delivery = member.delivery(now, lease, token);
      this.#place(member, this.leased, now + lease);
      return delivery;
    });
    const left = this.due.countBy(now);
    if (left > 0) this.wake.ring();
    const next = this.#earliest();
    const dueIn = next === Number.POSITIVE_INFINITY ? undefined : Math.max(next - now, 0);
    return { deliveries, missing: [], buried: [], left, dueIn };
  }

  settle(fates: readonly Fate[]): Outcome[] {
    const now = this.#clock.now();
    const before = this.#earliest();
    let stay = false;
    const outcomes = fates.map((fate): Outcome => {
      const member = this.#held(fate);
      if (member === undefined) return 0;
      const { kind, delay } = fate;
      member.settle(kind, now);
      if (kind === 'remove') this.#forget(member);
      else if (delay === undefined) this.#place(member, this.due, member.was.at, member.was.turn);
      else this.#place(member, this.due, now + Math.ceil(delay));
      stay ||= kind !== 'remove';
      return 1;
    });
    const first = this.#earliest();
    // An idle consumer sleeps until the first moment it knows of: tell it of an earlier one, and of what is due now.
    if (stay && (first < before || first <= now)) this.wake.ring();
    return outcomes;
  }

  renew(holds: readonly Hold[], lease: number, exact: boolean): number[] {
    const end = this.#clock.now() + lease;
    const first = this.leased.first?.at ?? Number.POSITIVE_INFINITY;
    const ends = holds.map((hold) => {
      const member = this.#held(hold);
      if (member === undefined) return 0;
      if (exact || end >= member.at || member.shelf !== this.leased) this.#place(member, this.leased, end);
      return Math.floor(member.at);
    });
    if (ends.some((each) => each > 0) && end < first) this.wake.ring();
    return ends;
  }

  nudge(): void {
    if (this.#members.size > 0) this.wake.ring();
  }

  delete(id: string): boolean {
    const member = this.#members.get(id);
    if (member !== undefined) this.#forget(member);
    return member !== undefined;
  }

  has(id: string): boolean {
    return this.#members.has(id);
  }

  stats(): PoolStats {
    const now = this.#clock.now();
    const lapsed = this.leased.countBy(now);
    return { size: this.#members.size, due: this.due.countBy(now) + lapsed, leased: this.leased.size - lapsed };
  }

  clear(): number {
    const all = [...this.#members.values()];
    for (const member of all) this.#forget(member);
    return all.length;
  }

  /** The member, while it is this delivery's to settle. */
  #held({ id, token }: { readonly id: string; readonly token: string }): PoolMember | undefined {
    const member = this.#members.get(id);
    return member?.token === token ? member : undefined;
  }

  /** The first moment a member is due or a lease ends. */
  #earliest(): number {
    const none = Number.POSITIVE_INFINITY;
    return Math.min(this.due.first?.at ?? none, this.leased.first?.at ?? none);
  }

  #place(member: PoolMember, shelf: Shelf<PoolMember>, at: number, turn = this.#turns++): void {
    member.shelf?.delete(member);
    Object.assign(member, { shelf, at, turn } satisfies Placed & { shelf: unknown });
    shelf.add(member);
  }

  #forget(member: PoolMember): void {
    member.shelf?.delete(member);
    this.#members.delete(member.id);
  }
}
