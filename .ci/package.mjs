// What a user gets: packs the package, puts the tarball into an empty folder with its dependencies (copied,
// so that they cannot borrow from ours) and peers, then imports, requires, type-checks and bundles it there.
// Ends with `N passed, N failed`.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { build } from 'esbuild';

const root = resolve(import.meta.dirname, '..');
const modules = join(root, 'node_modules');
const home = mkdtempSync(join(tmpdir(), 'millrace-package-'));
const tally = { passed: 0, failed: 0 };

async function check(title, body) {
  try {
    await body();
    tally.passed++;
    console.log(`ok      ${title}`);
  } catch (error) {
    tally.failed++;
    console.log(`FAILED  ${title}\n${[error.stdout, error.stderr, error.message].filter(Boolean).join('\n')}`);
  }
}

const run = (command, args, cwd = home) => execFileSync(command, args, { cwd, encoding: 'utf8', stdio: 'pipe' });
const tool = (name, ...args) => run(join(modules, '.bin', name), args, root);
const write = (name, text) => writeFileSync(join(home, name), text);

let entries = [];

try {
  await check('npm pack, into an empty folder', install);
  await check('publint', () => tool('publint', '--strict', '.'));
  await check('are the types wrong', () => tool('attw', join(home, 'millrace.tgz')));
  await check('import', () => load('import.mjs', (name, as) => `import * as ${as} from '${name}';`));
  await check('require', () => load('require.cjs', (name, as) => `const ${as} = require('${name}');`));
  await check('both doors lead to the same names', sameNames);
  await check('types of a consumer, ESM and CommonJS', types);
  await check('the command line, installed', commandLine);
  await check('an operator alone brings neither ioredis nor Lua', treeShaking);
} finally {
  rmSync(home, { recursive: true, force: true });
}
console.log(`\n${tally.passed} passed, ${tally.failed} failed`);
process.exitCode = tally.failed > 0 ? 1 : 0;

function install() {
  const [{ filename }] = JSON.parse(
    run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', home], root),
  );
  const target = join(home, 'node_modules/millrace');
  mkdirSync(target, { recursive: true });
  run('tar', ['-xzf', filename, '-C', target, '--strip-components=1']);
  run('mv', [filename, 'millrace.tgz']);
  write('package.json', '{ "private": true }');

  const manifest = JSON.parse(readFileSync(join(target, 'package.json'), 'utf8'));
  for (const name of Object.keys(manifest.dependencies))
    place(name, (from, to) => cpSync(from, to, { recursive: true }));
  for (const name of [...Object.keys(manifest.peerDependencies), '@types/node']) place(name, symlinkSync);
  entries = Object.keys(manifest.exports)
    .filter((path) => !path.endsWith('.json'))
    .map((path) => path.replace(/^\./, 'millrace'));
  for (const file of ['README.md', 'LICENSE', 'CHANGELOG.md'])
    if (!existsSync(join(target, file))) throw new Error(`${file} is not in the package`);
}

function place(name, put) {
  const to = join(home, 'node_modules', name);
  mkdirSync(dirname(to), { recursive: true });
  put(join(modules, name), to);
}

function load(file, line) {
  const lines = entries.map((entry, i) => line(entry, `entry${i}`));
  const list = entries.map((_, i) => `Object.keys(entry${i}).filter((name) => name !== 'default').sort()`);
  write(file, `${lines.join('\n')}\nconsole.log(JSON.stringify([${list}]));\n`);
  return run(process.execPath, [file]);
}

function sameNames() {
  const [imported, required] = [run(process.execPath, ['import.mjs']), run(process.execPath, ['require.cjs'])];
  if (imported !== required) throw new Error(`import gives ${imported}require gives ${required}`);
}

function types() {
  const text = `import { EMPTY, type Observable } from 'rxjs';
import { ackOnComplete, getMulti, Ok, type Pool, type Queue, type Result, retryLimit, type Task, type TaskBatch } from 'millrace';
declare const queue: Queue<string>;
declare const pool: Pool<string>;
// What a user exports with types that the compiler infers must have names that the user's own types can say.
export const put = () => queue.put('a');
export const got = () => queue.getMulti(2);
export const added = () => pool.add('a');
export const operators = [getMulti({ max: 2 }), retryLimit({ limit: 5 }), ackOnComplete(() => [1])];
export const settled = queue.tasks().pipe(retryLimit({ limit: 5 }), ackOnComplete(() => [1]), queue.settle());
export const batches: Observable<TaskBatch<string>> = (EMPTY as Observable<Task<string>>).pipe(getMulti({ max: 2 }));
export const result: Result<number, string> = Ok(1);
${entries.map((entry, i) => `export type * as Entry${i} from '${entry}';`).join('\n')}
`;
  write('esm.mts', text);
  write('commonjs.cts', text);
  const options = [
    '--declaration',
    '--outDir',
    'declared',
    '--strict',
    '--module',
    'nodenext',
    '--target',
    'es2022',
    '--types',
    'node',
    '--skipLibCheck',
    'false',
  ];
  run(join(modules, '.bin/tsc'), [...options, 'esm.mts', 'commonjs.cts']);
}

// With nothing but the library's own dependencies beside it, on the Redis that the specs would find.
async function commandLine() {
  const { bin, version } = JSON.parse(readFileSync(join(home, 'node_modules/millrace/package.json'), 'utf8'));
  const file = join(home, 'node_modules/millrace', bin.millrace);
  const { startRedis } = await import('../spec/support/redisServer.mjs');
  const redis = await startRedis();
  try {
    chmodSync(file, 0o755); // as npm does
    const millrace = (...args) => run(file, ['--redis', redis.url, ...args]).trim();
    const expect = (found, wanted) => {
      if (!wanted.test(found)) throw new Error(`${found}\nis not ${wanted}`);
    };
    expect(millrace('--version'), new RegExp(`^${version}$`));
    expect(millrace('put', 'q', '{"n":1}', '--id', 'a'), /^a$/);
    expect(millrace('get', 'q'), /^a \{"n":1\}$/);
    expect(millrace('doctor'), /^ok\tround trip/m);
    write('book.txt', Array.from({ length: 200 }, (_, i) => `There were ${i} words.`).join('\n\n'));
    expect(millrace('demo', 'book.txt'), /800 words, 203 different ones: as in a sequential count/);
  } finally {
    await redis.stop();
  }
}

async function treeShaking() {
  write('shake.mjs', `import { getMulti } from 'millrace';\nconsole.log(getMulti);\n`);
  const options = { absWorkingDir: home, entryPoints: ['shake.mjs'], bundle: true, write: false, format: 'esm' };
  const { outputFiles } = await build({ ...options, platform: 'node', external: ['rxjs', 'ioredis', 'ts-results'] });
  const { text } = outputFiles[0];
  for (const unwanted of ['ioredis', 'redis.call', 'KEYS['])
    if (text.includes(unwanted)) throw new Error(`the bundle (${text.length} bytes) holds ${unwanted}`);
}
