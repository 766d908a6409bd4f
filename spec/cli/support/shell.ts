import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import xterm from '@xterm/headless';
import { needPython } from '../../support/findPython.mjs';
import { root } from '../../support/sources.ts';
import { until } from '../../support/until.ts';

/** The command as it is installed. */
export const BIN = join(root, 'dist/cli.js');
const TERMINAL = join(import.meta.dirname, 'terminal.py');

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** What a person's shell would not have set, or a CI's would. */
const environment = (more: NodeJS.ProcessEnv): NodeJS.ProcessEnv => {
  const { CI: _, FORCE_COLOR: __, NO_COLOR: ___, ...rest } = process.env;
  return { ...rest, ...more };
};

/** A command under way, its output read as it comes. */
export class Run {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  out = '';
  err = '';

  constructor(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    this.child = spawn(process.execPath, [BIN, ...args], { env: environment(env), stdio: 'pipe' });
    this.child.stdout?.on('data', (text) => {
      this.out += text;
    });
    this.child.stderr?.on('data', (text) => {
      this.err += text;
    });
    this.child.stdin?.on('error', () => {});
    this.ended = once(this.child, 'close').then(([code]) => ({
      code: code as number | null,
      out: this.out,
      err: this.err,
    }));
  }

  /** Resolves once its output has this in it. */
  async says(what: RegExp): Promise<void> {
    await until(() => what.test(this.out + this.err), { what: `${what} in what it says` });
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }
}

/** Runs `millrace`, gives it `input`, and waits for its end. */
export const millrace = async (
  args: readonly string[],
  { input = '', env = {} }: { input?: string | Buffer; env?: NodeJS.ProcessEnv } = {},
): Promise<Ended> => {
  const run = new Run(args, env);
  run.child.stdin?.end(input);
  return run.ended;
};

export interface ScreenOptions {
  readonly rows?: number;
  readonly columns?: number;
  readonly env?: NodeJS.ProcessEnv;
  /** Commands of a shell whose output is the standard input; default: what is typed. */
  readonly input?: string;
}

/** A terminal of its own, and what stands on its screen. */
export class Screen {
  readonly #child: ChildProcess;
  readonly #terminal: xterm.Terminal;
  readonly ended: Promise<number | null>;
  /** Everything it was sent, with all its control sequences. */
  raw = '';

  constructor(args: readonly string[], { rows = 24, columns = 100, env = {}, input = '' }: ScreenOptions = {}) {
    this.#terminal = new xterm.Terminal({ rows, cols: columns, allowProposedApi: true });
    const words = [process.execPath, BIN, ...args];
    const piped = ['sh', '-c', `(${input}) | "$@"`, 'sh', ...words];
    const command = [TERMINAL, String(rows), String(columns), ...(input === '' ? words : piped)];
    this.#child = spawn('python3', command, {
      env: environment({ TERM: 'xterm-256color', ...env }),
      stdio: ['pipe', 'pipe', 'inherit', 'pipe'],
    });
    (this.#child.stdout as Readable).on('data', (bytes: Buffer) => {
      this.raw += bytes;
      this.#terminal.write(bytes);
    });
    this.#child.stdin?.on('error', () => {});
    this.ended = once(this.#child, 'close').then(([code]) => code as number | null);
  }

  /** The lines on the screen. */
  get lines(): string[] {
    const { active } = this.#terminal.buffer;
    return Array.from(
      { length: this.#terminal.rows },
      (_, i) => active.getLine(active.viewportY + i)?.translateToString(true) ?? '',
    );
  }

  get text(): string {
    return this.lines.join('\n').trimEnd();
  }

  /** Whether a program has the whole screen for itself. */
  get isAlternate(): boolean {
    return this.#terminal.buffer.active.type === 'alternate';
  }

  async shows(what: RegExp): Promise<void> {
    await until(() => what.test(this.text), { what: `${what} on the screen` }).catch((error: Error) => {
      throw new Error(`${error.message}; it shows:\n${this.text}`);
    });
  }

  type(keys: string): void {
    this.#child.stdin?.write(keys);
  }

  resize(rows: number, columns: number): void {
    this.#terminal.resize(columns, rows);
    (this.#child.stdio[3] as Writable).write(`${rows} ${columns}\n`);
  }

  close(): void {
    this.#child.kill('SIGKILL');
    this.#terminal.dispose();
  }
}

export const KEYS = {
  up: '\u001b[A',
  down: '\u001b[B',
  right: '\u001b[C',
  left: '\u001b[D',
  enter: '\r',
  escape: '\u001b',
} as const;

export const needTerminal = (): unknown => needPython('python3', 'pty', 'python3');
