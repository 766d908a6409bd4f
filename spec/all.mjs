// All specs, in two processes side by side, since most of their time is waiting: those that start programs of their
// own, and the others. With arguments it is `node spec/run.mjs` with these. The last line is `N passed, N failed`.
import { spawn } from 'node:child_process';
import { join } from 'node:path';

const RUN = join(import.meta.dirname, 'run.mjs');
const PROGRAMS = '(cli|rq|examples)/';

/** Runs some of the specs; what they say is kept until the others have said theirs, unless `live`. */
const run = (args, live) =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [RUN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const hear = (chunk) => {
      output += chunk;
      if (live) process.stdout.write(chunk);
    };
    child.stdout.setEncoding('utf8').on('data', hear);
    child.stderr.setEncoding('utf8').on('data', hear);
    child.on('close', (code) => resolve({ output, code }));
  });

/** What the last line says; a run that ends without one has failed. */
const resultOf = ({ output, code }) => {
  const [, passed, failed] = /(?:^|\n)(\d+) passed, (\d+) failed\s*$/.exec(output) ?? [];
  if (failed === undefined) return { passed: 0, failed: 1 };
  return { passed: Number(passed), failed: Number(failed) || (code === 0 ? 0 : 1) };
};

const args = process.argv.slice(2);
const runs = args.length > 0 ? [run(args, true)] : [run([`^(?!${PROGRAMS})`], true), run([`^${PROGRAMS}`], false)];
const [first, second] = await Promise.all(runs);
if (second !== undefined) process.stdout.write(`\n${second.output}`);
const results = [first, second].filter(Boolean).map(resultOf);
const passed = results.reduce((sum, each) => sum + each.passed, 0);
const failed = results.reduce((sum, each) => sum + each.failed, 0);
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
