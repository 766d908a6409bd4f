// `npm run bench -- [quick | smoke] [pattern]`: Millrace beside bare Redis.
//
// Every measurement has a process and a Redis of its own, and a warm-up; contestants take turns within each
// round, so that a ratio compares what ran side by side. The pattern picks cases and contestants by name.
import { execFile } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findRedis, startRedis } from '../spec/support/redisServer.mjs';
import { cases } from './cases.mjs';
import { table } from './table.mjs';

const run = promisify(execFile);
const PROGRAM = fileURLToPath(new URL('measure.mjs', import.meta.url));

const MODES = {
  full: { scale: 1, rounds: 5 },
  quick: { scale: 0.2, rounds: 3 },
  smoke: { scale: 0.01, rounds: 1 }, // only whether it works
};
// What the others are compared with comes first. A contestant is a module that exports
//   connect(url) → { put(task), putMulti(tasks), consume(total, concurrency, work), left(), close() }
// where what cannot be done may be missing; consume resolves once `total` tasks are acknowledged.
const CONTESTANTS = {
  list: './contestants/list.mjs',
  lua: './contestants/lua.mjs',
  millrace: './contestants/millrace.mjs',
};

const words = process.argv.slice(2);
const mode = words[0] in MODES ? words.shift() : 'full';

try {
  console.log(await bench(MODES[mode], new RegExp(words.join(' '))));
} catch (error) {
  console.error(`The bench failed: ${error.message}`);
  process.exitCode = 1;
}

async function bench({ scale, rounds }, wanted) {
  const pairs = cases.flatMap((test) =>
    Object.keys(CONTESTANTS)
      .filter((contestant) => wanted.test(`${test.name}: ${contestant}`))
      .map((contestant) => ({ test, contestant, runs: [] })),
  );
  if (pairs.length === 0) throw new Error(`nothing is called ${wanted}`);
  const { version } = await findRedis();
  console.log(
    `${mode}: ${rounds} × ${pairs.length} runs, Node ${process.version}, Redis ${version}, ${cpus().length} cores\n`,
  );
  for (let round = 1; round <= rounds; round++)
    for (const { test, contestant, runs } of pairs) {
      if (process.stderr.isTTY)
        process.stderr.write(`\r\x1b[Kround ${round} of ${rounds}: ${test.name}: ${contestant}`);
      const run = await measure(test, contestant, Math.ceil(test.tasks * scale));
      if (run !== undefined) runs.push(run);
    }
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  return `${table(pairs)}\n\nIn every run each task was handled exactly once, and nothing was left in Redis.`;
}

async function measure({ name }, contestant, count) {
  const server = await startRedis();
  const warmUp = Math.ceil(count / 5);
  const order = { url: server.url, contestant: CONTESTANTS[contestant], name, tasks: count, warmUp };
  try {
    const { stdout } = await run(process.execPath, [PROGRAM, JSON.stringify(order)], { timeout: 120_000 });
    if (stdout === '') return undefined; // it cannot do this
    const { seconds, node, redis } = JSON.parse(stdout);
    return { rate: count / seconds, node: (1e6 * node) / count, redis: (1e6 * redis) / count };
  } catch (error) {
    throw new Error(`${name}: ${contestant}: ${error.stderr || error.message}`);
  } finally {
    await server.stop();
  }
}
