// Where a Redis comes from on a fresh machine. No npm package ships one that can be trusted.
import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

const OLDEST = [6, 2];
const NAMES = ['redis-server', 'valkey-server'];
const folders = () => [...(process.env.PATH ?? '').split(delimiter), '/opt/homebrew/bin', '/usr/local/bin', '/usr/bin'];
const quietly = { encoding: /** @type {const} */ ('utf8'), stdio: /** @type {const} */ (['ignore', 'pipe', 'pipe']) };

/** @type {Promise<import('./redisServer.d.mts').FoundRedis> | undefined} */
let found;

/** Looks once per process. */
export function findRedis() {
  found ??= find();
  return found;
}

async function find() {
  const given = process.env.REDIS_SERVER;
  if (given) {
    const version = versionOf(given);
    if (version === undefined) throw new Error(`REDIS_SERVER is ${given}, which is not a redis-server that runs`);
    if (isOld(version)) throw new Error(`REDIS_SERVER is Redis ${version}, expected 6.2 or newer`);
    return { binary: given, version, how: '$REDIS_SERVER' };
  }
  const refused = [];
  const present = installed(refused);
  if (present) return present;
  const mayFetch = process.env.REDIS_FETCH !== 'no' && existsSync('/etc/debian_version');
  const fetched = mayFetch ? fromDebian(refused) : undefined;
  if (fetched) return fetched;
  throw new Error(
    [
      'no redis-server or valkey-server, 6.2 or newer, was found.',
      ...refused.map((line) => `  ${line}`),
      `Get one with:  ${remedy()}`,
      'or name one:   REDIS_SERVER=/path/to/redis-server',
    ].join('\n'),
  );
}

function installed(refused) {
  for (const name of NAMES)
    for (const folder of new Set(folders())) {
      const binary = join(folder, name);
      const version = folder && isExecutable(binary) ? versionOf(binary) : undefined;
      if (version === undefined) continue;
      if (!isOld(version)) return { binary, version, how: 'installed' };
      refused.push(`${binary} is ${version}: too old`);
    }
  return undefined;
}

function fromDebian(refused) {
  try {
    return process.getuid?.() === 0 ? install(refused) : unpack();
  } catch (error) {
    refused.push(
      `apt-get: ${String(error.stderr || error.message)
        .trim()
        .split('\n')
        .at(-1)}`,
    );
    return undefined;
  }
}

function install(refused) {
  console.log('installing redis-server with apt-get …');
  const options = { ...quietly, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  execFileSync('apt-get', ['update', '-qq'], options);
  execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'redis-server'], options);
  const present = installed(refused);
  return present && { ...present, how: 'installed just now with apt-get' };
}

// Without root: the same package, and the libraries it lacks, unpacked into a folder of our own.
function unpack() {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'millrace-redis');
  const root = join(cache, 'root');
  const binary = join(cache, 'redis-server');
  if (versionOf(binary) === undefined) {
    console.log(`unpacking redis-server into ${cache} …`);
    for (const folder of ['lists/partial', 'archives/partial', 'debs', 'root'])
      mkdirSync(join(cache, folder), { recursive: true });
    const own = [`Dir::State::Lists=${cache}/lists`, `Dir::Cache=${cache}`].flatMap((each) => ['-o', each]);
    const debs = join(cache, 'debs');
    execFileSync('apt-get', [...own, 'update', '-qq'], quietly);
    const plan = execFileSync('apt-get', [...own, 'install', '-s', '--no-install-recommends', 'redis-server'], quietly);
    const packages = [...plan.matchAll(/^Inst (\S+)/gm)].map(([, name]) => name);
    if (packages.length === 0) throw new Error('redis-server is installed already, but does not run');
    execFileSync('apt-get', [...own, 'download', ...packages], { ...quietly, cwd: debs });
    for (const file of readdirSync(debs).filter((name) => name.endsWith('.deb')))
      execFileSync('dpkg', ['-x', join(debs, file), root], quietly);
    const libraries = ['usr/lib', 'lib'].flatMap((folder) => libraryFolders(join(root, folder))).join(':');
    const script = `#!/bin/sh\nLD_LIBRARY_PATH='${libraries}' exec '${root}/usr/bin/redis-server' "$@"\n`;
    writeFileSync(binary, script, { mode: 0o755 });
  }
  const version = versionOf(binary);
  if (version === undefined || isOld(version)) throw new Error(`the unpacked redis-server does not run (${version})`);
  return { binary, version, how: 'unpacked from the Debian package' };
}

const libraryFolders = (folder) =>
  existsSync(folder) ? [folder, ...readdirSync(folder).map((name) => join(folder, name))] : [];

function remedy() {
  if (process.platform === 'darwin') return 'brew install redis';
  if (existsSync('/etc/debian_version')) return 'sudo apt-get update && sudo apt-get install -y redis-server';
  if (existsSync('/etc/alpine-release')) return 'apk add redis';
  if (existsSync('/etc/fedora-release')) return 'sudo dnf install -y valkey';
  return 'your package manager: install redis or valkey';
}

/** @returns {string | undefined} */
function versionOf(binary) {
  try {
    return /\bv=(\d+\.\d+\.\d+)/.exec(execFileSync(binary, ['--version'], quietly))?.[1];
  } catch {
    return undefined;
  }
}

function isOld(version) {
  const [major, minor] = version.split('.').map(Number);
  return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
