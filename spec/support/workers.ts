import { type ChildProcess, fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';
import { until } from './until.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

let bundled: string | undefined;

/**
 * Where a worker process finds the millrace of this working copy: `import(process.env.MILLRACE)`.
 * One plain file, made anew from `src`, so that a process starts fast and never runs an old build.
 */
const bundle = (): string => {
  if (bundled !== undefined) return bundled;
  const { outputFiles } = buildSync({
    entryPoints: [join(root, 'src/index.ts')],
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    loader: { '.lua': 'text' },
    write: false,
  });
  const text = outputFiles[0]?.text ?? '';
  // Inside the project, or its imports would not be found.
  const folder = join(root, 'node_modules/.cache/millrace');
  const file = join(folder, `${createHash('sha1').update(text).digest('hex')}.mjs`);
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${file}.${process.pid}`, text);
    renameSync(`${file}.${process.pid}`, file);
  }
  bundled = pathToFileURL(file).href;
  return bundled;
};

/** What a worker says. */
export type Message = Readonly<Record<string, unknown>>;

/** A process of its own, to be killed at will. */
export class Worker implements AsyncDisposable {
  /** All it said so far. */
  readonly said: Message[] = [];
  readonly exited: Promise<unknown>;
  readonly #child: ChildProcess;

  constructor(child: ChildProcess) {
    this.#child = child;
    this.exited = once(child, 'exit');
    child.on('message', (message: Message) => this.said.push(message));
    child.on('error', () => {});
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  get alive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** The first message with these fields, as soon as it is said. */
  heard(fields: Message): Promise<Message> {
    const matches = (message: Message) => Object.entries(fields).every(([name, value]) => message[name] === value);
    const what = `a worker says ${JSON.stringify(fields)}`;
    return until(
      () => {
        const found = this.said.find(matches);
        if (found === undefined && !this.alive) throw new Error(`the worker ended before ${what}`);
        return found;
      },
      { what },
    );
  }

  tell(message: Message): void {
    this.#child.send(message);
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** SIGKILL; resolves when it is dead. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.alive) await this.kill();
  }
}

/** Runs `spec/fixtures/<name>.mjs` in a process of its own, which finds `options` as JSON in its first argument. */
export const startWorker = (name: string, options: object, { nodeArgs = [] as readonly string[] } = {}): Worker => {
  const child = fork(join(root, `spec/fixtures/${name}.mjs`), [JSON.stringify(options)], {
    env: { ...process.env, MILLRACE: bundle() },
    execArgv: [...nodeArgs],
  });
  return new Worker(child);
};
