// A process that does what the stage asks: `node agent.mjs <url> <module of a contestant> <queue>`.
// Orders come as { order, argument }, one at a time; each is answered with { result } or { error }.
// While it consumes, it tells every few ms how many tasks are settled: { acked, at }.
import { readFileSync } from 'node:fs';
import { Tally } from './tally.mjs';

const [url, module, name] = process.argv.slice(2);
const { connect } = await import(module);
const contestant = await connect(url, name);

/** ms on a clock that all processes of this machine share. */
performance.now(); // the first call takes long
const offset = Number(process.hrtime.bigint()) / 1e6 - performance.now();
const now = () => performance.now() + offset;

let tasks = [];
let consumer;

const orders = {
  /** Makes tasks, of about 105 bytes unless told otherwise, for the next put. */
  make({ from, count, bytes = 105 }) {
    const p = 'x'.repeat(Math.max(bytes - 60, 0));
    tasks = Array.from({ length: count }, (_, i) => ({ n: from + i, t: 1_700_000_000_000 + i, kind: 'bench', p }));
  },

  /** Puts them one by one, so many at the same time. */
  async put({ inFlight }) {
    let next = 0;
    const loop = async () => {
      while (next < tasks.length) await contestant.put(tasks[next++]);
    };
    return timed(() => Promise.all(Array.from({ length: inFlight }, loop)));
  },

  /** Puts them by the thousand, one call after the other. */
  async putMulti({ size = 1_000 } = {}) {
    return timed(async () => {
      for (let i = 0; i < tasks.length; i += size) await contestant.putMulti(tasks.slice(i, i + size));
    });
  },

  /** Puts them at an even pace, whatever becomes of the ones before. */
  async pace({ rate }) {
    const puts = [];
    const start = now();
    while (puts.length < tasks.length) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      for (const due = ((now() - start) * rate) / 1_000; puts.length < tasks.length && puts.length < due; ) {
        const task = tasks[puts.length];
        task.t = now();
        puts.push(contestant.put(task));
      }
    }
    await Promise.all(puts);
  },

  /** Begins to consume tasks `from` … `from + count - 1`; the work is nothing, but asynchronous, or takes `ms`. */
  async consume({ from, count, concurrency, ms = 0 }) {
    const tally = new Tally(from, count, now);
    consumer = { tally, stop: undefined };
    const work = async (task) => {
      tally.work(task);
      await (ms === 0 ? null : new Promise((resolve) => setTimeout(resolve, ms)));
    };
    let told = 0;
    const tell = () => {
      if (tally.acked !== told) process.send({ acked: tally.acked, at: tally.at });
      told = tally.acked;
    };
    consumer.timer = setInterval(tell, 5);
    const start = now();
    consumer.stop = await contestant.consume({ concurrency, work, acked: (n) => tally.ack(n) });
    return { start };
  },

  /** Stops; answers which tasks were handled how often, and how long each was on its way. */
  async stop() {
    clearInterval(consumer.timer);
    await consumer.stop();
    return consumer.tally.result();
  },

  usage() {
    const { user, system } = process.cpuUsage();
    return { cpu: user + system, rss: peak(), acked: consumer?.tally.acked ?? 0 };
  },

  left: () => contestant.left(),

  /** Brings `size` tasks into a state in which they stay: only for those who can. */
  prepare: ({ state, size }) => contestant.prepare[state](size),
};

/**
 * Most memory this process ever had, in bytes. What the kernel tells of a process otherwise begins with what its parent
 * had when it was forked.
 */
function peak() {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))[1]) * 1_024;
  } catch {
    return process.resourceUsage().maxRSS * 1_024; // not Linux
  }
}

async function timed(action) {
  const start = now();
  await action();
  return { start, end: now() };
}

process.on('message', async ({ order, argument }) => {
  try {
    process.send({ result: await orders[order](argument) });
  } catch (error) {
    process.send({ error: `${order}: ${error.stack}` });
  }
});
process.on('disconnect', () => process.exit());
process.send({ result: 'ready' });
