import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { RqQueue } from '../../../src/rq/queue.ts';
import type { RqQueueOptions } from '../../../src/rq/queueOptions.ts';
import type { RqHandlers } from '../../../src/rq/worker/handlers.ts';
import type { RqWorkerOptions } from '../../../src/rq/worker/options.ts';
import { RqWorker } from '../../../src/rq/worker.ts';
import { needPython } from '../../support/findPython.mjs';
import { type Relay, startRelay } from '../../support/relay.ts';
import { until } from '../../support/until.ts';

/** Debian's: the one whose rq is Debian's. */
const PYTHON = '/usr/bin/python3';
const FIXTURES = join(import.meta.dirname, '../fixtures');
const run = promisify(execFile);

/** The RQ under test is Debian's; `RQ_PYTHONPATH=<a source tree of RQ>` puts another one before it. */
const environment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  PYTHONPATH: [process.env.RQ_PYTHONPATH, FIXTURES].filter(Boolean).join(':'),
  PYTHONDONTWRITEBYTECODE: '1',
});

let version: string | undefined;

/** The version of the RQ under test. */
export const rqVersion = async (): Promise<string> => {
  if (version !== undefined) return version;
  needPython(PYTHON, 'rq', 'python3-rq');
  const { stdout } = await run(PYTHON, ['-c', 'import rq; print(rq.VERSION)'], { env: environment() });
  version = stdout.trim();
  return version;
};

/** As the RQ under test registers started jobs. */
export const rqFormat = async (): Promise<'bare' | 'execution'> =>
  Number((await rqVersion()).split('.')[0]) < 2 ? 'bare' : 'execution';

const childrenOf = async (pid: number | undefined): Promise<number[]> =>
  run('ps', ['-o', 'pid=', '--ppid', String(pid)]).then(
    ({ stdout }) => stdout.split('\n').map(Number).filter(Boolean),
    () => [],
  );

const kill = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // gone already
  }
};

/** A worker's process, its output kept for whoever reads a failure. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly exited: Promise<unknown>;
  output = '';

  constructor(child: ChildProcess) {
    this.#child = child;
    this.exited = once(child, 'exit');
    child.stdout?.on('data', (text) => {
      this.output += text;
    });
    child.stderr?.on('data', (text) => {
      this.output += text;
    });
  }

  get alive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** To its whole group: a worker has a work-horse. */
  signal(name: NodeJS.Signals): void {
    if (this.alive && this.#child.pid !== undefined) process.kill(-this.#child.pid, name);
  }

  async end(name: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const horses = this.alive ? await childrenOf(this.#child.pid) : [];
    this.signal(name);
    if (this.alive) await this.exited;
    // A work-horse has a process group of its own, and would go on.
    for (const pid of horses) kill(pid);
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
  }
}

export interface PythonWorkerOptions {
  readonly burst?: boolean;
  readonly serializer?: 'pickle' | 'json';
  readonly scheduler?: boolean;
  readonly name?: string;
}

/** All that one test needs; whatever it opened is closed at its end. */
export class Lab {
  readonly url: string;
  readonly client: Redis;
  readonly #open: (() => unknown)[] = [];

  constructor(url: string) {
    this.url = url;
    this.client = new Redis(url);
    this.atEnd(() => this.client.disconnect());
  }

  atEnd(close: () => unknown): void {
    this.#open.push(close);
  }

  queue(name = 'default', options: RqQueueOptions = {}): RqQueue {
    const queue = new RqQueue(name, { connection: this.url, ...options });
    this.atEnd(() => queue.close());
    return queue;
  }

  worker(queues: readonly string[], handlers: RqHandlers = {}, options: RqWorkerOptions = {}): RqWorker {
    const worker = new RqWorker(queues, handlers, { connection: this.url, ...options });
    this.atEnd(() => worker.close({ timeout: 0 }));
    return worker;
  }

  /** A real `rq worker`. */
  python(queues: readonly string[], options: PythonWorkerOptions = {}): WorkerProcess {
    const { burst = false, serializer, scheduler = false, name } = options;
    const args = ['-m', 'rq.cli', 'worker', '--url', this.url];
    if (burst) args.push('--burst');
    if (serializer === 'json') args.push('--serializer', 'rq.serializers.JSONSerializer');
    if (scheduler) args.push('--with-scheduler');
    if (name !== undefined) args.push('--name', name);
    return this.#spawn(PYTHON, [...args, ...queues]);
  }

  /** A worker of ours in a process of its own, with handlers for mylib.note and mylib.sleep. */
  node(queues: readonly string[], options: RqWorkerOptions = {}): WorkerProcess {
    const settings = JSON.stringify({ url: this.url, queues, ...options });
    const register = join(FIXTURES, '../../support/register.mjs');
    return this.#spawn(process.execPath, ['--import', register, join(FIXTURES, 'nodeWorker.ts'), settings]);
  }

  /** Works until the queues are empty. */
  async burst(queues: readonly string[] = ['default'], options: PythonWorkerOptions = {}): Promise<WorkerProcess> {
    const worker = this.python(queues, { ...options, burst: true });
    await worker.exited;
    return worker;
  }

  /** Runs a few lines of Python which find `q` (a Queue), `conn` and `rq`; answers what they assign to `out`. */
  async script(
    lines: string,
    { serializer = 'pickle' as 'pickle' | 'json', queue = 'default' } = {},
  ): Promise<unknown> {
    const kind = serializer === 'json' ? 'rq.serializers.JSONSerializer' : 'rq.serializers.DefaultSerializer';
    const text = `
import json, time, datetime, rq, rq.serializers
from redis import Redis
from rq import Queue, Retry
from rq.job import Job, Dependency
conn = Redis.from_url(${JSON.stringify(this.url)})
serializer = ${kind}
q = Queue(${JSON.stringify(queue)}, connection=conn, serializer=serializer)
def fetch(id): return Job.fetch(id, connection=conn, serializer=serializer)
out = None
${lines}
print(json.dumps(out))
`;
    const { stdout } = await run(PYTHON, ['-W', 'ignore', '-c', text], { env: environment() });
    return JSON.parse(stdout);
  }

  async close(): Promise<void> {
    for (const close of this.#open.reverse()) await close();
  }

  /** A network to break. It leads to the same database. */
  async relay(): Promise<{ readonly url: string; onRequest: Relay['onRequest'] }> {
    const relay = await startRelay(Number(new URL(this.url).port));
    this.atEnd(() => relay.close());
    return { url: `${relay.url}/5`, onRequest: (hook) => relay.onRequest(hook) };
  }

  readonly until = until;

  #spawn(command: string, args: readonly string[]): WorkerProcess {
    const child = spawn(command, [...args], {
      env: environment(),
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const worker = new WorkerProcess(child);
    this.atEnd(() => worker.end());
    return worker;
  }
}

/** `it('…', inLab(async (lab) => …))`: a Redis database of its own, empty. */
export const inLab = (body: (lab: Lab) => Promise<unknown>) => async (): Promise<void> => {
  const lab = new Lab(`${process.env.REDIS_URL}/5`);
  await lab.client.flushdb();
  try {
    await body(lab);
  } finally {
    await lab.close();
  }
};
