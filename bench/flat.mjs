// Whether a task costs the same however much there is beside it. `state` says what is put in place before the
// clock runs; then tasks are put and consumed, and Redis says which script took longest.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { consumeAll, fill, spent } from './plays.mjs';

/** A sweep and a renewal come by in this time, too. ms */
const WATCH = 16_000;

/** So few at a time that the table of tasks, which Redis doubles at 2^20, 2^21, …, is not doubled on the way. */
const STEP = 10_000;

export const flat =
  (state, size) =>
  async (stage, { count, warmUp, patience }) => {
    const [producer, consumer, holder] = await stage.agents(3);
    const agents = [producer, consumer];
    // What waits is first in line: then all is put before any of it is consumed, the figures are those of as many, and
    // all the others come out, too, to see that they are there.
    const play = async (from, amount, waiting, leave) => {
      const before = await stage.usage(agents);
      if (waiting > 0) await fill(producer, from + waiting, amount);
      const begin = async () => {
        for (let done = 0; waiting === 0 && done < amount; done += STEP) {
          await fill(producer, from + done, Math.min(STEP, amount - done));
          while (consumer.acked < Math.min(done + STEP, amount)) await sleep(1);
        }
      };
      const { after, wrong } = await consumeAll({
        stage,
        from,
        count: amount + waiting,
        goal: amount,
        patience,
        consumers: [consumer],
        concurrency: 100,
        begin,
        all: agents,
        leave,
      });
      return { ...spent(before, after, after.acked), wrong };
    };

    const rehearsal = await play(0, warmUp, 0, 0);
    if (rehearsal.wrong !== undefined) return rehearsal;
    const waiting = state === 'waiting' ? size : 0;
    if (waiting > 0) await fill(producer, warmUp, size);
    else await holder.ask('prepare', { state, size });
    await stage.redis.config('SET', 'slowlog-log-slower-than', 200, 'slowlog-max-len', 100_000);
    const figures = await play(warmUp, count, waiting, size - waiting);
    if (state === 'leased') await sleep(WATCH);
    return { ...figures, ...slowest(await stage.redis.slowlog('GET', -1)) };
  };

/** The script that took longest, in ms. */
function slowest(log) {
  const runs = log
    .filter(([, , , [command]]) => /^evalsha$/i.test(command))
    .map(([, , us, [, sha]]) => ({ slowest: us / 1_000, script: NAMES.get(sha) ?? 'another' }));
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
