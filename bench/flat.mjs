// Whether a task costs the same however much there is beside it. `state` says what is put in place before the
// clock runs; then tasks are put and consumed, and Redis says which script took longest.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { consumeAll, fill, perSecond, spent } from './plays.mjs';

/** A sweep and a renewal come by in this time, too. ms */
const WATCH = 16_000;

export const flat =
  (state, size) =>
  async (stage, { count, warmUp, patience }) => {
    const [producer, consumer, holder] = await stage.agents(3);
    const agents = [producer, consumer];
    const round = async (from, amount) => {
      await producer.ask('make', { from, count: amount });
      const before = await stage.usage(agents);
      const { start } = await producer.ask('putMulti');
      // What waits is first in line: so the first ones come out, as many as were put.
      const first = state === 'waiting' ? from - size : from;
      const done = await consumeAll({
        stage,
        from: first,
        count: amount,
        patience,
        consumers: [consumer],
        concurrency: 100,
        all: agents,
        leave: size,
      });
      return { ...spent(before, done.after, amount), rate: perSecond(amount, done.end - start), wrong: done.wrong };
    };

    if (state === 'waiting') await fill(producer, 0, size);
    else await holder.ask('prepare', { state, size });
    const from = state === 'waiting' ? size : 0;
    const rehearsal = await round(from, warmUp);
    if (rehearsal.wrong !== undefined) return rehearsal;
    await stage.redis.config('SET', 'slowlog-log-slower-than', 200, 'slowlog-max-len', 100_000);
    const figures = await round(from + warmUp, count);
    if (state === 'leased') await sleep(WATCH);
    return { ...figures, ...slowest(await stage.redis.slowlog('GET', -1)) };
  };

/** The script that took longest, in ms. */
function slowest(log) {
  const runs = log
    .filter(([, , , [command]]) => /^evalsha$/i.test(command))
    .map(([, , us, [, sha]]) => ({ slowest: us / 1_000, script: NAMES.get(sha) ?? 'settle and take' }));
  return runs.reduce((a, b) => (b.slowest > a.slowest ? b : a), { slowest: 0, script: 'none above 0.2 ms' });
}

const LUA = new URL('../lua/', import.meta.url);
const NAMES = new Map(
  readdirSync(LUA)
    .filter((name) => name.endsWith('.lua'))
    .map((name) => [
      createHash('sha1')
        .update(readFileSync(new URL(name, LUA)))
        .digest('hex'),
      name.slice(0, -4),
    ]),
);
