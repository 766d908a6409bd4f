// One measurement, in a process of its own: `node measure.mjs '{ url, contestant, name, tasks, warmUp }'`.
// Prints { seconds, node, redis }: on the clock, and CPU seconds of each side meanwhile.
import { Redis } from 'ioredis';
import { cases, drain, fill } from './cases.mjs';
import { Seen } from './seen.mjs';

const { url, contestant: module, name, tasks: count, warmUp } = JSON.parse(process.argv[2]);
const test = cases.find((each) => each.name === name);
const { connect } = await import(module);
const contestant = connect(url);

if (contestant[test.needs] !== undefined) {
  if (warmUp > 0) await measure(makeTasks(warmUp, 'w'));
  console.log(JSON.stringify(await measure(makeTasks(count, 't'))));
}
await contestant.close();

/** Tasks of about 105 bytes. */
function makeTasks(length, letter) {
  return Array.from({ length }, (_, i) => ({
    id: `${letter}${String(i).padStart(9, '0')}`,
    t: 1_700_000_000_000 + i,
    kind: 'bench',
    p: 'x'.repeat(45),
  }));
}

async function measure(tasks) {
  const seen = new Seen(tasks);
  if (!test.puts) await fill(contestant, tasks);
  const before = await cpu();
  const start = performance.now();
  await test.run(contestant, tasks, seen);
  const seconds = (performance.now() - start) / 1_000;
  const after = await cpu();
  // What was put has to come out again; then all must have been seen once, and nothing be left.
  if (test.puts) await drain(contestant, tasks, seen);
  seen.check(await contestant.left());
  return { seconds, node: after.node - before.node, redis: after.redis - before.redis };
}

async function cpu() {
  const redis = new Redis(url);
  const info = await redis.info('cpu');
  redis.disconnect();
  const of = (kind) => Number(new RegExp(`used_cpu_${kind}:([\\d.]+)`).exec(info)[1]);
  const { user, system } = process.cpuUsage();
  return { node: (user + system) / 1e6, redis: of('user') + of('sys') };
}
