import Table from 'cli-table3';
import pc from 'picocolors';

/** One column of a list: its title, and what stands in it. */
export interface Column<R> {
  readonly title: string;
  readonly of: (row: R) => string | number;
  readonly right?: boolean;
  /** On a terminal. */
  readonly paint?: (text: string, row: R) => string;
}

export interface OutputOptions {
  readonly json: boolean;
  /** Fires when a reader who does not read is not to be waited for any longer. */
  readonly signal?: AbortSignal;
  readonly stdout?: NodeJS.WriteStream;
  readonly stderr?: NodeJS.WriteStream;
}

export type Colors = ReturnType<typeof pc.createColors>;

/** Bytes, big numbers and maps have no form in JSON: they get one. */
const plain = (_: string, value: unknown): unknown => {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Map) return Object.fromEntries(value);
  if (value instanceof Set) return [...value];
  return value;
};

export const toJson = (value: unknown): string => JSON.stringify(value, plain) ?? 'null';

/** How long its reader has for what a command says at its end, ms. */
export const LAST_WORDS = 500;

/** What a command has to say: tables and colours on a terminal, else lines of text, or of JSON with `--json`. */
export class Output {
  readonly json: boolean;
  /** Whether a person reads it as it comes. */
  readonly terminal: boolean;
  readonly colors: Colors;
  readonly #stdout: NodeJS.WriteStream;
  readonly #stderr: NodeJS.WriteStream;
  readonly #signal: AbortSignal | undefined;
  #gone = false;

  constructor({ json, signal, stdout = process.stdout, stderr = process.stderr }: OutputOptions) {
    this.json = json;
    this.#signal = signal;
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.terminal = !json && stdout.isTTY === true;
    this.colors = pc.createColors(this.terminal && !process.env.NO_COLOR);
  }

  /** Calls `then` once nobody reads any more: `| head` has seen enough. */
  whenGone(then: () => void): void {
    const failed = (error: NodeJS.ErrnoException): void => {
      if (error.code !== 'EPIPE') throw error;
      this.#gone = true;
      then();
    };
    this.#stdout.on('error', failed);
    this.#stderr.on('error', () => {});
  }

  get gone(): boolean {
    return this.#gone;
  }

  get width(): number {
    return this.#stdout.columns ?? 80;
  }

  /** Writes; true once it is out of our hands, false when nobody reads any more, or it is time to end. */
  write(text: string): Promise<boolean> {
    if (this.#gone) return Promise.resolve(false);
    return new Promise((resolve) => {
      const abandon = (): void => resolve(false);
      this.#signal?.addEventListener('abort', abandon, { once: true });
      this.#stdout.write(text, (error) => {
        this.#signal?.removeEventListener('abort', abandon);
        resolve(error == null);
      });
      if (this.#signal?.aborted) setTimeout(abandon, LAST_WORDS).unref();
    });
  }

  line(text: string): Promise<boolean> {
    return this.write(`${text}\n`);
  }

  /** One line on stderr. */
  note(text: string): void {
    this.#stderr.write(`${text}\n`);
  }

  /** The same said twice: to a program with `--json`, else to a person. */
  say(record: object, text: string): Promise<boolean> {
    return this.line(this.json ? toJson(record) : text);
  }

  /** A table on a terminal; else a line per row, its columns parted by tabs, or its record as JSON. */
  async list<R extends object>(rows: readonly R[], columns: readonly Column<R>[]): Promise<void> {
    if (rows.length === 0) return;
    if (this.json) await this.write(rows.map((row) => `${toJson(row)}\n`).join(''));
    else if (!this.terminal)
      await this.write(rows.map((row) => `${columns.map(({ of }) => of(row)).join('\t')}\n`).join(''));
    else await this.line(this.#table(rows, columns));
  }

  #table<R>(rows: readonly R[], columns: readonly Column<R>[]): string {
    const table = new Table({
      head: columns.map(({ title }) => this.colors.dim(title)),
      colAligns: columns.map(({ right }) => (right ? 'right' : 'left')),
      style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2, compact: true },
      chars: BARE,
    });
    for (const row of rows)
      table.push(columns.map(({ of, paint = (text) => text }) => paint(String(of(row)), row)) as string[]);
    return table
      .toString()
      .split('\n')
      .map((line) => line.trimEnd())
      .join('\n');
  }
}

const NO_LINES = 'top top-mid top-left top-right bottom bottom-mid bottom-left bottom-right left left-mid mid mid-mid';
const BARE = Object.fromEntries(`${NO_LINES} right right-mid middle`.split(' ').map((name) => [name, '']));
