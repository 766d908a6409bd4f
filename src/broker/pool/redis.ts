import { map, type Observable } from 'rxjs';
import type { Delivery, Disposal, Hold, Outcome, RetryRule, Taken } from '../broker.ts';
import type { Argument } from '../call.ts';
import type { Connection } from '../connection.ts';
import { open, seal } from '../envelope.ts';
import { POOL_LAYOUT, poolKeysOf } from '../keys.ts';
import { Received } from '../received.ts';
import { RedisSupply } from '../redisSupply.ts';
import type { Replicas } from '../replicated.ts';
import { fatesOf, type Member, type PoolBroker, type PoolStats } from './broker.ts';
import { scripts } from './scripts.ts';

type TakeReply = readonly [
  head: readonly [now: number, dueAt: number, left: number, token: number],
  ids: Buffer,
  rounds: Buffer,
  envelopes: readonly (Buffer | null)[],
];

export interface PoolBrokerOptions {
  readonly connection: Connection;
  readonly prefix: string;
  readonly pool: string;
  /** ms */
  readonly patience: number;
  /** ms from an ack until the member is due again. */
  readonly every: number;
  readonly replicas?: Replicas | undefined;
}

/** Most members per step. */
const STEP = 1_000;
const AGAIN = 1; // where the arguments of settle say whether this may be a repetition

/** The storage of a pool in Redis. */
export class RedisPool extends RedisSupply implements PoolBroker {
  readonly #every: number;

  constructor({ connection, prefix, pool, patience, every, replicas }: PoolBrokerOptions) {
    super(connection, poolKeysOf(prefix, pool), scripts.nudge, patience, replicas);
    this.#every = every;
  }

  add(members: readonly Member[], patience: number): Observable<readonly boolean[]> {
    return this.writeAll(async (run) => {
      const added: boolean[] = [];
      for (let i = 0; i < members.length; i += STEP) {
        const args: Argument[] = [POOL_LAYOUT];
        for (const { id, codec, headers, body } of members.slice(i, i + STEP))
          args.push(id, seal(codec, headers, body));
        for (const each of (await run(scripts.add, args, patience)) as number[]) added.push(each === 1);
      }
      return added;
    });
  }

  take(count: number, lease: number, patience: number): Observable<Taken> {
    return this.run(scripts.take, [POOL_LAYOUT, count, lease], patience).pipe(
      map((reply) => readTaken(reply as TakeReply, lease)),
    );
  }

  settle(disposals: readonly Disposal[], _: RetryRule, patience: number): Observable<readonly Outcome[]> {
    const args = this.#settleArgs(disposals);
    const repeated = (): void => {
      args[AGAIN] = 1;
    };
    // What only hands leases back waits for no replicas.
    const leases = this.confirms && disposals.every(({ kind }) => kind === 'unseen');
    const reply = leases
      ? this.run(scripts.settle, args, patience, repeated)
      : this.write(scripts.settle, args, patience, repeated);
    return reply.pipe(map((outcomes) => outcomes as Outcome[]));
  }

  turn(
    disposals: readonly Disposal[],
    _: RetryRule,
    count: number,
    lease: number,
    patience: number,
  ): Observable<readonly [readonly Outcome[], Taken]> {
    const settled = this.#settleArgs(disposals);
    const taken = [POOL_LAYOUT, count, lease];
    const args = [settled.length, taken.length, ...settled, ...taken];
    const repeated = (): void => {
      args[2 + AGAIN] = 1;
    };
    return this.write(scripts.turn, args, patience, repeated).pipe(
      map((reply) => {
        const [outcomes, next] = reply as [Outcome[], TakeReply];
        return [outcomes, readTaken(next, lease)] as const;
      }),
    );
  }

  renew(holds: readonly Hold[], lease: number, exact: boolean, patience: number): Observable<readonly number[]> {
    const args = holds.flatMap(({ id, token }) => [id, token]);
    return this.run(scripts.renew, [lease, exact ? 1 : 0, ...args], patience).pipe(map((ends) => ends as number[]));
  }

  delete(id: string): Observable<boolean> {
    return this.write(scripts.delete, [POOL_LAYOUT, id]).pipe(map((gone) => gone === 1));
  }

  has(id: string): Observable<boolean> {
    return this.run(scripts.has, [POOL_LAYOUT, id]).pipe(map((reply) => (reply as number[])[0] === 1));
  }

  stats(): Observable<PoolStats> {
    return this.run(scripts.stats, [POOL_LAYOUT]).pipe(
      map((reply) => {
        const [size, due, leased] = reply as [number, number, number];
        return { size, due, leased };
      }),
    );
  }

  clear(): Observable<number> {
    return this.writeAll(async (run) => {
      let total = 0;
      for (let most = Number.POSITIVE_INFINITY; ; ) {
        const [gone = 0, left = 0] = (await run(scripts.clear, [POOL_LAYOUT, STEP / 2])) as number[];
        total += gone;
        most = Math.min(most, total + left); // what is added while we clear is not ours to forget
        if (left === 0 || gone === 0 || total >= most) return total;
      }
    });
  }

  #settleArgs(disposals: readonly Disposal[]): Argument[] {
    const fates: (string | number)[] = [];
    for (const { id, token, kind, delay = '' } of fatesOf(disposals, this.#every)) fates.push(id, token, kind, delay);
    return [POOL_LAYOUT, 0, JSON.stringify(fates)];
  }
}

const readTaken = ([[now, dueAt, left, token], named, noted, envelopes]: TakeReply, lease: number): Taken => {
  const ids = JSON.parse(named.toString()) as string[];
  const rounds = JSON.parse(noted.toString()) as string[];
  const deliveries: Delivery[] = [];
  const missing: string[] = [];
  for (const [i, id] of ids.entries()) {
    const envelope = envelopes[i];
    const [, before = 0, count = 0, first = 0] = rounds[i] ? rounds[i].split(' ').map(Number) : [];
    if (envelope == null) missing.push(id);
    else deliveries.push(new Received(id, String(token), before + 1, { count, first }, open(envelope), now, lease));
  }
  return { deliveries, missing, buried: [], left, dueIn: dueAt < 0 ? undefined : Math.max(dueAt - now, 0) };
};
