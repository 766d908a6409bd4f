import { type ChildProcess, spawn } from 'node:child_process';
import type { Task } from '../task.ts';
import { argumentOf, bytesOf } from './payload.ts';

/** How a command ended that ran for a task. */
export interface Ended {
  readonly ok: boolean;
  readonly reason: string;
  /** Why it never ran. */
  readonly unstarted?: string;
}

export interface RunOptions {
  /** Ends it. */
  readonly force: AbortSignal;
  /** The descriptor its output goes to. */
  readonly stdout: 1 | 2;
}

/** How much of its stderr is kept, bytes. */
const TAIL = 1_000;
/** How long it has to end once it is told to, ms. */
const GRACE = 3_000;

const variable = (name: string): string => `MILLRACE_HEADER_${name.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;

const environment = ({ id, queue, deliveries, headers }: Task): NodeJS.ProcessEnv => ({
  ...process.env,
  ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [variable(name), value.replaceAll('\0', '')])),
  MILLRACE_ID: id.replaceAll('\0', ''),
  MILLRACE_QUEUE: queue,
  MILLRACE_DELIVERIES: String(deliveries),
});

/** Runs a command for one task, without a shell. Never rejects. */
export const runFor = (task: Task, command: readonly string[], options: RunOptions): Promise<Ended> => {
  let words: string[];
  try {
    words = command.map((word) => (word === '{}' ? argumentOf(task.payload) : word));
  } catch (error) {
    return Promise.resolve({ ok: false, reason: (error as Error).message });
  }
  const [file = '', ...args] = words;
  return new Promise((resolve) => {
    // A process group of its own: Ctrl-C is for us to answer, and what it started ends with it.
    const stdio = ['pipe', options.stdout, 'pipe'] as const;
    const child = spawn(file, args, { env: environment(task), detached: true, stdio: [...stdio] });
    let tail = Buffer.alloc(0);
    child.stderr?.on('data', (bytes: Buffer) => {
      process.stderr.write(bytes);
      tail = Buffer.concat([tail, bytes]).subarray(-TAIL);
    });
    child.stdin?.on('error', () => {}); // it need not read
    child.stdin?.end(bytesOf(task.payload));
    const end = ending(child);
    options.force.addEventListener('abort', end, { once: true });
    if (options.force.aborted) end();
    const over = (ended: Ended): void => {
      options.force.removeEventListener('abort', end);
      resolve(ended);
    };
    child.once('error', ({ message }) => over({ ok: false, reason: message, unstarted: message }));
    child.once('close', (code, signal) => {
      const how = signal === null ? `exit code ${code}` : `ended by ${signal}`;
      const said = tail.toString('utf8').trim();
      over({ ok: code === 0, reason: code === 0 ? '' : said === '' ? how : `${how}: ${said}` });
    });
  });
};

const ending = (child: ChildProcess) => (): void => {
  const kill = (signal: NodeJS.Signals): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    } catch {
      // gone already
    }
  };
  kill('SIGTERM');
  setTimeout(kill, GRACE, 'SIGKILL').unref();
};
