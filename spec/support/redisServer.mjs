// A private Redis for whoever needs one: specs, demo, bench. Plain JavaScript, so that worker processes
// can import it without a loader; its types are in redisServer.d.mts.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findRedis } from './findRedis.mjs';
import { freePort } from './freePort.mjs';

export { findRedis };

/**
 * Starts a server of our own on 127.0.0.1, which ends with this process however this process ends.
 * @param {import('./redisServer.d.mts').RedisOptions} [options]
 * @returns {Promise<import('./redisServer.d.mts').RedisServer>}
 */
export async function startRedis({ args = [], port, dir, file } = {}) {
  const { binary, version } = await findRedis();
  const ownDir = dir === undefined;
  const home = dir ?? mkdtempSync(join(tmpdir(), 'millrace-redis-'));
  const settings = ['--bind', '127.0.0.1', '--dir', home, '--save', '', '--appendonly', 'no'];
  if (Number.parseInt(version, 10) >= 7) settings.push('--enable-debug-command', 'yes');

  let listening = port ?? (await freePort());
  const begin = file === undefined ? [] : [file];
  const launch = () => run(binary, [...begin, '--port', String(listening), ...settings, ...args], home, ownDir);
  let current = launch();
  // Another process may have taken the port since it was found free.
  for (let left = 3; !(await ready(current, listening)); left--) {
    const log = readFileSync(join(home, 'redis.log'), 'utf8');
    const taken = port === undefined && left > 0 && log.includes('Address already in use');
    if (!taken) {
      await current.end();
      if (ownDir) rmSync(home, { recursive: true, force: true });
      throw new Error(`${binary} did not start:\n${log.slice(-2000)}`);
    }
    listening = await freePort();
    current = launch();
  }

  const server = {
    url: `redis://127.0.0.1:${listening}`,
    port: listening,
    dir: home,
    get pid() {
      return current.child.pid;
    },
    get exited() {
      return current.exited;
    },
    freeze: () => current.signal('SIGSTOP'),
    thaw: () => current.signal('SIGCONT'),
    kill: async () => {
      current.signal('SIGKILL');
      await current.exited;
    },
    restart: async () => {
      await current.end();
      current = launch();
      if (!(await ready(current, listening))) throw new Error(`${binary} did not start again, see ${home}/redis.log`);
    },
    stop: async () => {
      await current.end();
      if (ownDir) rmSync(home, { recursive: true, force: true });
    },
    [Symbol.asyncDispose]: () => server.stop(),
  };
  return server;
}

function run(binary, args, dir, ownDir) {
  const log = openSync(join(dir, 'redis.log'), 'a');
  // A process group of its own: Ctrl-C is for us, and we decide when the server goes.
  const child = spawn(binary, args, { stdio: ['ignore', log, log], detached: true });
  closeSync(log);
  let gone = false;
  const exited = new Promise((resolve) => {
    const end = () => {
      gone = true;
      watchdog?.kill('SIGKILL');
      resolve();
    };
    child.once('exit', end).once('error', end);
  });
  const watchdog = child.pid === undefined ? undefined : watch(child.pid, ownDir ? dir : '');
  const signal = (name) => void (gone || child.kill(name));
  const end = async () => {
    signal('SIGCONT');
    signal('SIGTERM');
    const late = setTimeout(signal, 3000, 'SIGKILL');
    await exited;
    clearTimeout(late);
  };
  return { child, exited, signal, end, isGone: () => gone };
}

// Waits on a pipe that only this process holds open: when we are gone, even by SIGKILL, it reads the end
// of it, kills the server and removes its folder. A shell does that on Linux and macOS alike.
function watch(pid, dir) {
  const script = `cat >/dev/null; kill -9 ${pid}; [ -z "$1" ] || { sleep 0.1; rm -rf "$1"; }`;
  const shell = spawn('/bin/sh', ['-c', script, 'watchdog', dir], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  shell.on('error', () => {});
  shell.unref();
  shell.stdin.on('error', () => {}).unref();
  return shell;
}

async function ready({ isGone }, port) {
  const deadline = Date.now() + 20_000;
  while (!isGone() && Date.now() < deadline) {
    if (await answers(port)) return !isGone();
    await sleep(10);
  }
  return false;
}

/** Whether anything but LOADING comes back: a server that asks for a password first is ready, too. */
async function answers(port) {
  const socket = createConnection({ port, host: '127.0.0.1' });
  try {
    socket.write('PING\r\n');
    const [reply] = await once(socket, 'data', { signal: AbortSignal.timeout(500) });
    return !String(reply).startsWith('-LOADING');
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
