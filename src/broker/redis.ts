import { defer, map, type Observable } from 'rxjs';
import type {
  Broker,
  DeadLetter,
  Disposal,
  Entry,
  HandBack,
  Hold,
  Outcome,
  RetryRule,
  Stats,
  Taken,
} from './broker.ts';
import type { Argument } from './call.ts';
import type { Connection } from './connection.ts';
import { seal } from './envelope.ts';
import { keysOf, LAYOUT } from './keys.ts';
import { RedisSupply } from './redisSupply.ts';
import type { Replicas } from './replicated.ts';
import { readDead, readTaken, type TakeReply } from './replies.ts';
import type { Script } from './script.ts';
import { scripts } from './scripts.ts';
import { markAgain, readOutcomes, type SettleReply, settleArgs } from './settlements.ts';

type Counts = [number, number, number, number, number, number, number, number, number, number];

/** The storage in Redis: every method is one script, or a few of one kind where one alone would take too long. */
export class RedisBroker extends RedisSupply implements Broker {
  constructor(connection: Connection, prefix: string, queue: string, patience: number, replicas?: Replicas) {
    super(connection, keysOf(prefix, queue), scripts.nudge, patience, replicas);
  }

  put(entries: readonly Entry[], patience: number): Observable<readonly boolean[]> {
    const args: Argument[] = [LAYOUT];
    for (const { id, own, front, delay, codec, headers, body } of entries) {
      const place = own || front || delay > 0 ? `${own ? 'o' : '-'}${front ? 'f' : '-'}${delay}` : '';
      args.push(id, place, seal(codec, headers, body));
    }
    return this.write(scripts.put, args, patience).pipe(map((added) => (added as number[]).map(Boolean)));
  }

  take(count: number, lease: number, patience: number): Observable<Taken> {
    return this.run(scripts.take, [LAYOUT, count, lease], patience).pipe(
      map((reply) => readTaken(reply as TakeReply, lease)),
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
    const taken = [LAYOUT, count, lease];
    const args = [settled.length, taken.length, ...settled, ...taken];
    return this.write(scripts.turn, args, patience, () => markAgain(args, 2)).pipe(
      map((reply) => {
        const [outcomes, next] = reply as [SettleReply, TakeReply];
        return [readOutcomes(outcomes, disposals), readTaken(next, lease)] as const;
      }),
    );
  }

  renew(holds: readonly Hold[], lease: number, exact: boolean, patience: number): Observable<readonly number[]> {
    const args = holds.flatMap(({ id, token, takenAt }) => [id, token, takenAt]);
    return this.run(scripts.renew, [lease, exact ? 1 : 0, ...args], patience).pipe(map((ends) => ends as number[]));
  }

  handBack({ which, olderThan, at, lease }: HandBack): Observable<number> {
    return defer(async () => {
      for (let total = 0, passed = 0; ; ) {
        const args = [LAYOUT, which, olderThan, at, lease, passed, 1_000];
        const [returned = 0, young = 0, more = 0] = (await this.reply(scripts.handBack, args)) as number[];
        total += returned;
        passed += young;
        if (more === 0) return total;
      }
    });
  }

  remove(id: string): Observable<boolean> {
    return this.write(scripts.remove, [LAYOUT, id]).pipe(map((was) => was === 1));
  }

  pause(paused: boolean): Observable<void> {
    return this.write(scripts.pause, [LAYOUT, paused ? 1 : 0]).pipe(map(() => undefined));
  }

  stats(): Observable<Stats> {
    return this.run(scripts.stats, [LAYOUT]).pipe(
      map((reply) => {
        const [ready, leased, delayed, dead, paused, put, acked, failed, returned, died] = reply as Counts;
        return { ready, leased, delayed, dead, paused: paused === 1, put, acked, failed, returned, died };
      }),
    );
  }

  purge(): Observable<number> {
    return this.writeAll(async (run) => {
      let total = 0;
      for (let most = Number.POSITIVE_INFINITY; ; ) {
        const [gone = 0, left = 0] = (await run(scripts.purge, [LAYOUT, 500])) as number[];
        total += gone;
        most = Math.min(most, total + left); // what is put while we purge is not ours to forget
        if (left === 0 || total >= most) return total;
      }
    });
  }

  deadLetters(limit: number, after: string | undefined): Observable<readonly DeadLetter[]> {
    return this.run(scripts.deadLetters, [LAYOUT, limit, after ?? '']).pipe(
      map((reply) => readDead(reply as (Buffer | null)[][])),
    );
  }

  replay(ids: readonly string[] | 'all'): Observable<number> {
    if (ids === 'all') return this.#untilNow(scripts.replay);
    return this.writeAll(async (run) => {
      let total = 0;
      for (let i = 0; i < ids.length; i += 1_000) {
        const args = [LAYOUT, '', ...ids.slice(i, i + 1_000)];
        total += Number(((await run(scripts.replay, args)) as unknown[])[0]);
      }
      return total;
    });
  }

  purgeDead(): Observable<number> {
    return this.#untilNow(scripts.purgeDead);
  }

  /** Repeats a script that handles 1,000 a time, up to what there was when it began. */
  #untilNow(script: Script): Observable<number> {
    return this.writeAll(async (run) => {
      let moment = '';
      for (let total = 0; ; ) {
        const [done, until] = (await run(script, [LAYOUT, moment])) as [number, Buffer];
        total += done;
        moment = String(until);
        if (done < 1_000) return total;
      }
    });
  }
}
