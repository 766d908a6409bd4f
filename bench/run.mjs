// `npm run bench -- [full | quick | smoke] [case … contestant … file.mjs …]`: Millrace beside its peers and bare Redis.
// docs/performance.md says what is measured, and how.
import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { findRedis } from '../spec/support/redisServer.mjs';
import { cases } from './cases.mjs';
import { choose } from './choose.mjs';
import { installed, versionOf } from './contestants.mjs';
import { marks } from './marks.mjs';
import { measure } from './measure.mjs';
import { faults, marksTable, resultTables } from './table.mjs';

async function bench(words) {
  const { mode, plan, settings } = choose(words);
  if (plan.some(({ contestant }) => contestant.peer) && !installed()) install();
  console.log(
    `${mode}, ${settings.rounds} rounds of ${plan.length} runs, about ${time(seconds(plan, settings))}: ${await machine(plan)}\n`,
  );
  const results = await measure(plan, settings, progress());
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');

  for (const each of resultTables(results)) console.log(`${each}\n`);
  const rows = marks(results, cases);
  if (rows.length > 0) console.log(`${marksTable(rows)}\n`);
  const wrong = faults(results);
  if (wrong.length === 0)
    console.log('In every run each task was handled exactly once, and nothing was left in Redis.');
  else console.log(`Lossy, or failed:\n${wrong.map((line) => `  ${line}`).join('\n')}`);
  return wrong.length === 0;
}

function install() {
  console.log('Installing the peers in bench/node_modules: npm ci --prefix bench\n');
  const folder = fileURLToPath(new URL('.', import.meta.url));
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: folder, stdio: 'inherit' });
}

async function machine(plan) {
  const { version } = await findRedis();
  const peers = [...new Set(plan.map(({ contestant }) => contestant))].filter(({ peer }) => peer);
  const versions = peers.map(({ name }) => `${name} ${versionOf(name)}`);
  const [{ model }] = cpus();
  return [`Node ${process.version}`, `Redis ${version}`, ...versions, `${cpus().length} × ${model.trim()}`].join(', ');
}

const seconds = (plan, { rounds, overhead, scale }) =>
  rounds * plan.reduce((sum, { test }) => sum + overhead + scale * test.seconds, 0);
const time = (s) => (s < 100 ? `${Math.ceil(s)} s` : `${Math.ceil(s / 60)} min`);

function progress() {
  const began = Date.now();
  return ({ done, of, test, contestant }) => {
    const left = done === 0 ? '' : `, ${time((((Date.now() - began) / done) * (of - done)) / 1_000)} left`;
    if (process.stderr.isTTY)
      process.stderr.write(`\r\x1b[K${done + 1} of ${of}${left}: ${test.title}: ${contestant.name}`);
  };
}

try {
  process.exitCode = (await bench(process.argv.slice(2))) ? 0 : 1;
} catch (error) {
  console.error(`The bench failed: ${error.message}`);
  process.exitCode = 1;
}
