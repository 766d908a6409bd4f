import { map, type Observable } from 'rxjs';
import type { Broker, Disposal, Entry, Hold, Outcome, RetryRule, Taken } from './broker.ts';
import type { Argument, Run } from './call.ts';
import type { Connection } from './connection.ts';
import type { Gate, PutOutcome } from './gate.ts';
import { keysOf, LAYOUT } from './keys.ts';
import { appendArgs, type PutReply, putArgs, readPuts } from './putArgs.ts';
import { RedisHouse } from './redisHouse.ts';
import type { Replicas } from './replicated.ts';
import { readTaken, type TakeReply } from './replies.ts';
import { scripts } from './scripts.ts';
import { markAgain, plainArgs, readOutcomes, type SettleReply, settleArgs } from './settlements.ts';
import type { Waiting } from './waiting.ts';

export interface BrokerOptions {
  readonly connection: Connection;
  readonly prefix: string;
  readonly queue: string;
  /** ms */
  readonly patience: number;
  /** ms; what is older is not delivered. */
  readonly maxAge?: number | undefined;
  readonly replicas?: Replicas | undefined;
}

/** How many turns a queue that is not plain is taken to stay so. */
const ODD = 50;

/** The storage in Redis: every method is one script, or a few of one kind where one alone would take too long. */
export class RedisBroker extends RedisHouse implements Broker {
  readonly #crowd: Waiting;
  readonly #maxAge: number | undefined;
  /** For how many turns more it is not tried whether the queue is a plain one. */
  #odd = 0;

  constructor({ connection, prefix, queue, patience, maxAge, replicas }: BrokerOptions) {
    const keys = keysOf(prefix, queue);
    super(connection, keys, scripts.nudge, patience, replicas);
    this.#crowd = this.waitingFor(keys.room, patience);
    this.#maxAge = maxAge;
  }

  put(entries: readonly Entry[], gate: Gate, patience: number): Observable<readonly PutOutcome[]> {
    const put = (run: Run) => run(scripts.put, putArgs(entries, gate), patience);
    const plain = appendArgs(entries, gate);
    const repeated = () => {
      if (plain !== undefined) plain[1] = 1;
    };
    const append = (run: Run, args: Argument[]) =>
      run(scripts.append, args, patience, repeated).then((reply) => reply ?? put(run));
    return this.writeAll((run) => (plain === undefined ? put(run) : append(run, plain)), repeated).pipe(
      map((reply) => readPuts(reply as PutReply)),
    );
  }

  take(count: number, lease: number, patience: number): Observable<Taken> {
    return this.run(scripts.take, this.#takeArgs(count, lease), patience).pipe(
      map((reply) => readTaken(reply as TakeReply, lease, this.#maxAge)),
    );
  }

  settle(disposals: readonly Disposal[], rule: RetryRule, patience: number): Observable<readonly Outcome[]> {
    const args = settleArgs(disposals, rule);
    const repeated = () => markAgain(args, 0);
    // What only hands leases back waits for no replicas.
    const leases = this.confirms && disposals.every(({ kind }) => kind === 'unseen');
    const reply = leases
      ? this.run(scripts.settle, args, patience, repeated)
      : this.write(scripts.settle, args, patience, repeated);
    return reply.pipe(map((answer) => readOutcomes(answer as SettleReply, disposals)));
  }

  turn(
    disposals: readonly Disposal[],
    rule: RetryRule,
    count: number,
    lease: number,
    patience: number,
  ): Observable<readonly [readonly Outcome[], Taken]> {
    const settled = settleArgs(disposals, rule);
    const taken = this.#takeArgs(count, lease);
    const args = [settled.length, taken.length, ...settled, ...taken];
    const plain = plainArgs(settled, taken);
    const repeated = () => {
      markAgain(args, 2);
      if (plain !== undefined) plain[1] = 1;
    };
    const turn = (run: Run) => run(scripts.turn, args, patience, repeated);
    return this.writeAll((run) => {
      if (plain === undefined || this.#odd > 0) {
        this.#odd--;
        return turn(run);
      }
      return run(scripts.plain, plain, patience, repeated).then((reply) => {
        if (reply !== null) return reply;
        this.#odd = ODD;
        return turn(run);
      });
    }, repeated).pipe(
      map((reply) => {
        const [outcomes, next] = reply as [SettleReply, TakeReply];
        return [readOutcomes(outcomes, disposals), readTaken(next, lease, this.#maxAge)] as const;
      }),
    );
  }

  renew(holds: readonly Hold[], lease: number, exact: boolean, patience: number): Observable<readonly number[]> {
    const args = holds.flatMap(({ id, token, takenAt }) => [id, token, takenAt]);
    return this.run(scripts.renew, [lease, exact ? 1 : 0, ...args], patience).pipe(map((ends) => ends as number[]));
  }

  room(): Observable<void> {
    return this.#crowd.wait();
  }

  #takeArgs(count: number, lease: number): Argument[] {
    return [LAYOUT, count, lease, this.#maxAge ?? ''];
  }
}
