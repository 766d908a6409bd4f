// Runs the specs: `node spec/run.mjs [--no-redis] [pattern | file]`.
//
// uvu alone answers 0 when a hook throws, when a suite never ran, when nothing matched or when `.only` was
// left in, and never ends while a socket is open. Here each of these is a failure, and the last line always
// is `N passed, N failed`.
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { now, problem, problems } from './support/problems.mjs';
import { startRedis } from './support/redisServer.mjs';
import './support/register.mjs';
import { watchForStall } from './support/stall.mjs';

// ioredis may keep a timer of 2 s after disconnect().
const GRACE = Number(process.env.SPEC_GRACE_MS ?? 3000);
const root = resolve(import.meta.dirname, '..');
const options = process.argv.slice(2).filter((each) => each.startsWith('--'));
const [pattern] = process.argv.slice(2).filter((each) => !each.startsWith('--'));
let passed = 0;
let failed = 0;
let over = false;

const finish = () => {
  if (over) return;
  over = true;
  failed += problems.length;
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
  if (problems.length > 0) console.log(`\nproblems:\n${problems.map((each) => `  ${each.split('\n')[0]}`).join('\n')}`);
  console.log(`\n${passed} passed, ${failed} failed`);
};

process.on('uncaughtException', (error, origin) => {
  const kind = origin === 'unhandledRejection' ? 'unhandled rejection' : 'uncaught exception';
  problem(`${kind} during ${now.title || 'the start'}: ${error?.stack ?? error}`);
});
process.on('exit', () => {
  if (over) return;
  problem(
    `the process ended during ${now.title || 'the start'}: somebody called process.exit, or nothing was left to wait for`,
  );
  finish();
});

watchForStall(() => ({ passed, failed: failed + problems.length }));
const files = await specFiles();
if (files.length === 0) problem(`no spec file matches ${pattern}`);
const redis = options.includes('--no-redis') || files.length === 0 ? undefined : await privateRedis();
const suites = await uvuQueue();
const openAtStart = process.getActiveResourcesInfo().filter((each) => each !== 'ProcessWrap');
for (const file of files) await runFile(file);
now.title = 'the end of the run';
await redis?.stop();
whenIdle();

async function specFiles() {
  if (pattern !== undefined && existsSync(pattern) && pattern.endsWith('.ts')) return [resolve(pattern)];
  const all = await readdir(import.meta.dirname, { recursive: true });
  const wanted = new RegExp(pattern ?? '');
  return all
    .filter((name) => name.endsWith('-spec.ts') && wanted.test(name))
    .sort()
    .map((name) => resolve(import.meta.dirname, name));
}

async function privateRedis() {
  try {
    const { findRedis } = await import('./support/redisServer.mjs');
    const { binary, version, how } = await findRedis();
    const server = await startRedis();
    console.log(`Redis ${version} (${binary}, ${how}), private, at ${server.url}`);
    process.env.REDIS_URL = server.url;
    return server;
  } catch (error) {
    problem(error.message);
    finish();
    process.exit();
  }
}

// What uvu's own command line does: suites queue up here instead of starting by themselves.
async function uvuQueue() {
  globalThis.UVU_DEFER = 1;
  globalThis.UVU_INDEX = 0;
  await import('uvu');
  globalThis.UVU_QUEUE[0] = [];
  return globalThis.UVU_QUEUE;
}

async function runFile(file) {
  const name = relative(root, file);
  now.title = name;
  suites[0] = [];
  console.log(`\n${name}`);
  try {
    await import(pathToFileURL(file).href);
  } catch (error) {
    return problem(`${name} could not be loaded: ${error?.stack ?? error}`);
  }
  if (suites[0].length === 0) problem(`${name} registers no suite: was .run() forgotten?`);
  for (const suite of suites[0]) await runSuite(name, suite);
}

async function runSuite(name, suite) {
  try {
    const [errors, ran, skipped, total] = await suite();
    if (errors !== true) console.log(`\n${errors}`);
    passed += ran;
    failed += total - ran;
    if (total === 0) problem(`${name} has a suite without a test`);
    if (skipped > 0) problem(`${name}: ${skipped} left out by .only or .skip`);
    if (errors === true && ran < total) problem(`${name}: a hook threw, ${total - ran} of ${total} did not run`);
  } catch (error) {
    problem(`${name}: a hook threw after the last test: ${error?.stack ?? error}`);
  }
}

// The event loop is the judge: when nothing is left it ends by itself, else something holds it open.
function whenIdle() {
  process.once('beforeExit', () => {
    finish();
    process.exit();
  });
  setTimeout(() => {
    problem(`still open ${GRACE} ms after the last test: ${stillOpen().join(', ')}`);
    finish();
    process.exit();
  }, GRACE).unref();
}

// Less what was open before the first spec: our own output, when it is a pipe.
function stillOpen() {
  const known = [...openAtStart];
  return process.getActiveResourcesInfo().filter((each) => {
    const i = known.indexOf(each);
    if (i >= 0) known.splice(i, 1);
    return i < 0;
  });
}
