// `npm run bench -- [full | quick | smoke] [rounds] [case … contestant … file.mjs …]`: Millrace beside its peers and
// bare Redis. `npm run bench -- publish` measures everything and puts it into docs and README, `… write` only does
// the latter again. docs/performance.md says what is measured, and how.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { about, othersCores, versionsLine } from './about.mjs';
import { cases } from './cases.mjs';
import { choose } from './choose.mjs';
import { installed } from './contestants.mjs';
import { marks } from './marks.mjs';
import { measure } from './measure.mjs';
import { save } from './results.mjs';
import { faults, marksTable, resultTables } from './table.mjs';
import { write } from './write.mjs';

async function bench(words) {
  if (words[0] === 'write') return rewrite();
  const { mode, plan, settings } = choose(words);
  const { rounds } = settings;
  if (plan.some(({ contestant }) => contestant.peer) && !installed()) install();
  const conditions = await about(plan, rounds);
  const duration = time(seconds(plan, settings));
  console.log(
    `${mode}: ${rounds} × ${plan.length} runs, about ${duration}. ${versionsLine(conditions)}. ${conditions.machine}\n`,
  );

  const keep = (results) => mode === 'publish' && save(conditions, results);
  const results = await measure(plan, settings, progress(), keep);
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  if (mode === 'publish') await write();

  for (const each of resultTables(results)) console.log(`${each}\n`);
  const rows = marks(results, cases);
  if (rows.length > 0) console.log(`${marksTable(rows)}\n`);
  console.log(`Other programs kept ${othersCores(results)?.toFixed(2)} cores busy meanwhile (median).`);
  const wrong = faults(results);
  if (wrong.length === 0)
    console.log('In every run each task was handled exactly once, and nothing was left in Redis.');
  else console.log(`Lossy, or failed:\n${wrong.map((line) => `  ${line}`).join('\n')}`);
  return wrong.length === 0;
}

async function rewrite() {
  if (!installed()) install();
  await write();
  return true;
}

function install() {
  console.log('Installing the peers and the chart library in bench/node_modules: npm ci --prefix bench\n');
  const folder = fileURLToPath(new URL('.', import.meta.url));
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: folder, stdio: 'inherit' });
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
