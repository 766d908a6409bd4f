import { defer, map, type Observable } from 'rxjs';
import type { DeadLetter, HandBack, Stats } from './broker.ts';
import type { Argument, Run } from './call.ts';
import { LAYOUT } from './keys.ts';
import { RedisSupply } from './redisSupply.ts';
import { readDead } from './replies.ts';
import type { Script } from './script.ts';
import { scripts } from './scripts.ts';

type Counts = [number, number, number, number, number, number, number, number, number, number];

/** Most a script looks at in one go. */
const PAGE = 1_000;

/** The half of a queue's storage in Redis that keeps order: each is one script, repeated while there is more. */
export abstract class RedisHouse extends RedisSupply {
  handBack({ which, olderThan, at, lease }: HandBack): Observable<number> {
    // Without waiting for replicas: a lease that comes back to life there runs out there.
    return defer(() => throughLeases(this.reply, scripts.handBack, [which, olderThan, at, lease]));
  }

  dropLeased(olderThan: number, lease: number): Observable<number> {
    return this.writeAll((run) => throughLeases(run, scripts.dropLeased, [olderThan, lease]));
  }

  remove(id: string): Observable<number> {
    return this.write(scripts.remove, [LAYOUT, 'any', '', id]).pipe(map(Number));
  }

  removeMatching(body: Buffer | string, count: number): Observable<number> {
    return this.writeAll((run) => removeMatching(run, body, count));
  }

  failures(id: string, reset: boolean): Observable<number> {
    const args = [LAYOUT, id, reset ? 1 : 0];
    return (reset ? this.write(scripts.failures, args) : this.run(scripts.failures, args)).pipe(map(Number));
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
        const [gone = 0, left = 0] = (await run(scripts.purge, [LAYOUT, 300])) as number[];
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
    return this.writeAll((run) =>
      byPage(ids, async (page) => ((await run(scripts.replay, [LAYOUT, '', ...page])) as unknown[])[0]),
    );
  }

  purgeDead(): Observable<number> {
    return this.#untilNow(scripts.purgeDead);
  }

  /** Repeats a script that handles a page a time, up to what there was when it began. */
  #untilNow(script: Script): Observable<number> {
    return this.writeAll(async (run) => {
      let moment = '';
      for (let total = 0; ; ) {
        const [done, until] = (await run(script, [LAYOUT, moment])) as [number, Buffer];
        total += done;
        moment = String(until);
        if (done < PAGE) return total;
      }
    });
  }
}

/** What all pages of a list come to. */
const byPage = async (ids: readonly string[], ask: (page: readonly string[]) => Promise<unknown>): Promise<number> => {
  let total = 0;
  for (let i = 0; i < ids.length; i += PAGE) total += Number(await ask(ids.slice(i, i + PAGE)));
  return total;
};

/** Goes through what waits from the last to be delivered to the next one: so nothing that is taken meanwhile hides another. */
const removeMatching = async (run: Run, body: Buffer | string, count: number): Promise<number> => {
  const remove = (page: readonly string[]) => run(scripts.remove, [LAYOUT, 'matching', body, ...page]);
  const oldest = new Set<string>();
  let total = 0;
  for (const place of ['delayed', 'ready', 'urgent'])
    for (let [skip, looked] = [0, PAGE]; looked === PAGE && (count <= 0 || total < count); ) {
      const reply = await run(scripts.matching, [LAYOUT, place, skip, PAGE, body]);
      const [found, seen] = reply as [Buffer[], number];
      const ids = found.map(String);
      if (count < 0) keepLast(oldest, ids, -count);
      const gone = count < 0 ? 0 : await byPage(ids.slice(0, count > 0 ? count - total : undefined), remove);
      total += gone;
      looked = seen;
      // In the list, what is gone keeps its place until it is taken.
      skip += place === 'ready' ? looked : looked - gone;
    }
  return count < 0 ? byPage([...oldest].reverse(), remove) : total;
};

/** Adds them, and lets go of the first when there are more than so many. */
const keepLast = (kept: Set<string>, ids: readonly string[], most: number): void => {
  for (const id of ids) kept.add(id);
  for (const id of kept) {
    if (kept.size <= most) return;
    kept.delete(id);
  }
};

/** Goes through the leases page by page: `args` are those between the layout and the two that say which page. */
const throughLeases = async (run: Run, script: Script, args: readonly Argument[]): Promise<number> => {
  for (let total = 0, passed = 0; ; ) {
    const page = await run(script, [LAYOUT, ...args, passed, PAGE]);
    const [done = 0, young = 0, more = 0] = page as number[];
    total += done;
    passed += young;
    if (more === 0) return total;
  }
};
