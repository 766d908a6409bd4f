// How a case is played. Each is given a stage, how many tasks (the last `warmUp` of them in a dress rehearsal
// that is not counted), and a rule for how long nothing may happen; it resolves to figures.
import { setTimeout as sleep } from 'node:timers/promises';
import { wrong } from './tally.mjs';

/** Puts only; what was put is consumed afterwards, off the clock, to see that it is all there. */
export const puts = (order, { bytes } = {}) =>
  rehearsed(async ({ stage, from, count, patience, producer, consumers }) => {
    await producer.ask('make', { from, count, bytes });
    const before = await stage.usage([producer]);
    const { start, end } = await producer.ask(...order);
    const figures = spent(before, await stage.usage([producer]), count);
    const { wrong } = await consumeAll({ from, count, patience, consumers, concurrency: 100 });
    return { ...figures, rate: perSecond(count, end - start), wrong };
  });

/** Consumes what is there already, in so many processes. */
export const consume = (concurrency, processes = 1) =>
  rehearsed(async ({ stage, from, count, patience, producer, consumers }) => {
    await fill(producer, from, count);
    const before = await stage.usage(consumers);
    const { start, end, wrong, after } = await consumeAll({ stage, from, count, patience, consumers, concurrency });
    return { ...spent(before, after, count), rate: perSecond(count, end - start), wrong };
  }, processes);

/** Producer and consumer at the same time, each in its process; from the first put to the last acknowledgement. */
export const together = (order, { bytes, concurrency = 100 } = {}) =>
  rehearsed(async ({ stage, from, count, patience, producer, consumers }) => {
    const all = [producer, ...consumers];
    await producer.ask('make', { from, count, bytes });
    const before = await stage.usage(all);
    let putting;
    const begin = () => {
      putting = producer.ask(...order);
      return putting;
    };
    const { end, wrong, after } = await consumeAll({
      stage,
      from,
      count,
      patience,
      consumers,
      concurrency,
      begin,
      all,
    });
    const { start } = await putting;
    return { ...spent(before, after, count), rate: perSecond(count, end - start), wrong };
  });

/** How long from put to work, at a given rate; `beside` another queue's backlog, which a third process works off. */
export const latency = (rate, { beside = false } = {}) => {
  const play = rehearsed(async ({ stage, from, count, patience, producer, consumers }) => {
    const all = [producer, ...consumers];
    await producer.ask('make', { from, count });
    const begin = () => producer.ask('pace', { rate });
    const before = await stage.usage(all);
    const done = await consumeAll({ stage, from, count, patience, consumers, concurrency: 100, begin, all });
    const waits = done.waits.subarray(Math.min(rate, count >> 1)).sort(); // without the first second
    const at = (share) => waits[Math.floor(waits.length * share)];
    return { ...spent(before, done.after, count), p50: at(0.5), p99: at(0.99), wrong: done.wrong };
  });
  if (!beside) return play;
  return async (stage, plan) => {
    // As many tasks as can be worked off meanwhile when each takes 10 ms and 100 are in work.
    const seconds = (plan.count + plan.warmUp) / rate + 3;
    const [filler, worker] = await stage.agents(2, 'beside');
    await fill(filler, 0, 10_000 * seconds);
    await worker.ask('consume', { from: 0, count: 10_000 * seconds, concurrency: 100, ms: 10 });
    return play(stage, plan);
  };
};

/** Bytes of a task that waits. */
export const memory = async (stage, { count, patience }) => {
  const [producer, consumer] = await stage.agents(2);
  await fill(producer, 0, 100);
  const { memory: before } = await stage.usage();
  await fill(producer, 100, count);
  const { memory: after } = await stage.usage();
  const { wrong } = await consumeAll({
    from: 0,
    count: count + 100,
    patience,
    consumers: [consumer],
    concurrency: 100,
  });
  return { bytes: (after - before) / count, wrong };
};

/** Plays it twice in the same processes: first with a few tasks, until the code is compiled, then counted. */
function rehearsed(play, processes = 1) {
  return async (stage, { count, warmUp, patience }) => {
    const [producer, ...consumers] = await stage.agents(1 + processes);
    const set = { stage, patience, producer, consumers };
    const { wrong } = await play({ ...set, from: 0, count: warmUp });
    if (wrong !== undefined) return { wrong };
    return play({ ...set, from: warmUp, count });
  };
}

export async function fill(producer, from, count) {
  const SLICE = 100_000; // the tasks of one slice fit in any memory
  for (let end = from + count; from < end; from += SLICE) {
    await producer.ask('make', { from, count: Math.min(SLICE, end - from) });
    await producer.ask('putMulti');
  }
}

/**
 * Consumes until all are settled, or nothing has been for `patience` ms; then counts what was seen how often, and
 * what is left beyond what has to be (`leave`). `begin` is what to do once the consumers are at it; `after` is what was
 * used when `goal` of them were settled.
 */
export async function consumeAll(how) {
  const { stage, from, count, patience, consumers, concurrency, begin, all = consumers } = how;
  const { goal = count, leave = 0 } = how;
  const begun = await Promise.all(consumers.map((agent) => agent.ask('consume', { from, count, concurrency })));
  const beginning = begin?.();
  beginning?.catch(() => {}); // it is awaited further down, unless something else fails before
  const settled = () => consumers.reduce((sum, { acked }) => sum + acked, 0);
  const until = async (enough) => {
    for (let last = 0, idle = 0; settled() < enough && idle < patience; idle = settled() === last ? idle + 5 : 0) {
      last = settled();
      await sleep(5);
    }
  };
  await until(goal);
  await beginning;
  const after = await stage?.usage(all);
  if (goal < count) await until(count);
  const tallies = await Promise.all(consumers.map((agent) => agent.ask('stop')));
  const left = (await consumers[0].ask('left')) - leave;
  return {
    start: Math.min(...begun.map(({ start }) => start)),
    end: Math.max(...consumers.map(({ at }) => at)),
    after,
    waits: tallies[0].waits,
    wrong: wrong(count, tallies, left),
  };
}

const perSecond = (count, ms) => (1_000 * count) / ms;

/** What each task cost. `others`: how many cores were busy with what is no part of this. */
export const spent = (before, after, count) => ({
  redis: (after.redis - before.redis) / count,
  node: (after.node - before.node) / count,
  calls: (after.calls - before.calls) / count,
  rss: after.rss,
  others: Math.max(0, after.machine - before.machine - after.ours + before.ours) / (1_000 * (after.at - before.at)),
});
