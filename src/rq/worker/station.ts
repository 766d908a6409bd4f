import { randomUUID } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { Subject } from 'rxjs';
import { RqError } from '../errors.ts';
import { readFields } from '../fields.ts';
import type { JobContext } from '../job.ts';
import { releaseRest } from '../jobAdmin.ts';
import { scripts } from '../scripts.ts';
import { encode } from '../serializer.ts';
import { hashOf, textOf } from '../store.ts';
import { sendWebhooks } from '../webhooks.ts';
import { callBack } from './callBack.ts';
import type { RqCallbackHandler } from './handlers.ts';
import { type RqOutcome, RqRun } from './run.ts';

/** How a run is to end. */
export interface Ending {
  readonly kind: 'finished' | 'failed' | 'stopped';
  readonly value?: unknown;
  readonly error?: unknown;
}

/** What is settled of a worker before it begins; times in seconds. */
export interface StationOptions {
  readonly context: JobContext;
  readonly name: string;
  readonly queues: readonly string[];
  readonly callbacks: ReadonlyMap<string, RqCallbackHandler>;
  /** How long a worker or job without a heartbeat counts as alive, less 60 s. */
  readonly monitoring: number;
  readonly resultTtl: number;
}

const FOREVER = { patience: Number.POSITIVE_INFINITY };

/** The text a failure leaves, as `exc_string`. */
export const tracebackOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? `${error.name}: ${error.message}`) : String(error);

/** What RQ stores of a text. */
export const packed = (text: string): string => deflateSync(Buffer.from(text)).toString('base64');

/** What a worker writes about jobs, and which it works on. */
export class Station {
  readonly context: JobContext;
  readonly options: StationOptions;
  readonly running = new Set<RqRun>();
  /** Each run as it ends, when it has left `running`. */
  readonly freed = new Subject<RqRun>();
  /** The registry's format: `bare` before RQ 2.0. */
  format: 'bare' | 'execution' = 'bare';

  constructor(options: StationOptions) {
    this.context = options.context;
    this.options = options;
  }

  /** Seconds after which a worker that gave no sign of life is forgotten. */
  get ttl(): number {
    return this.options.monitoring + 60;
  }

  /** Starts up to `count` jobs; `from` says which queue to ask first. */
  async take(count: number, from: number): Promise<{ suspended: boolean; left: boolean; runs: RqRun[] }> {
    const { name, queues, monitoring } = this.options;
    const eids = Array.from({ length: count }, () => (this.format === 'bare' ? '' : randomUUID().replaceAll('-', '')));
    const args = [name, this.ttl, JSON.stringify(queues), from, monitoring, randomUUID(), 0, ...eids];
    const reply = await this.context.store.run(scripts.take, args, { ...FOREVER, again: 6 });
    const [suspended, left, ...jobs] = reply as [number, number, ...Buffer[][]];
    const runs = jobs.map(([id, queue, eid, ...hash]) => {
      const taken = { id: textOf(id), queue: textOf(queue), eid: textOf(eid), fields: readFields(hashOf(hash)) };
      return new RqRun(this, taken);
    });
    for (const run of runs) this.running.add(run);
    return { suspended: suspended === 1, left: left === 1, runs };
  }

  /** Back to the front of their queues, unseen. */
  async handBack(runs: readonly RqRun[]): Promise<void> {
    if (runs.length === 0) return;
    const jobs = [...runs].reverse().flatMap(({ taken }) => [taken.id, taken.queue, taken.eid, taken.fields.since]);
    try {
      await this.context.store.run(scripts.handBack, [this.options.name, ...jobs]);
    } finally {
      for (const run of runs) run.lose();
    }
  }

  left(run: RqRun): void {
    this.running.delete(run);
    this.freed.next(run);
  }

  /** Calls the callback the job names, then writes how it ended. Rejects with an RqError. */
  async settle(run: RqRun, ending: Ending): Promise<Pick<RqOutcome, 'status' | 'value' | 'error'>> {
    if (ending.kind !== 'finished') return this.#fail(run, ending);
    let bytes: Buffer | undefined;
    try {
      const { value } = ending;
      bytes = value === null || value === undefined ? undefined : encode(this.context.serializer, 'the result', value);
      await callBack(this.options.callbacks, run, run.fields.onSuccess, { kind: 'success', result: value });
    } catch (error) {
      return this.#fail(run, { kind: 'failed', error });
    }
    const value = bytes === undefined ? [] : ['return_value', bytes.toString('base64')];
    const args = [...this.#about(run, this.options.resultTtl), 'type', 1, ...value, ...this.#execution(run)];
    const reply = await this.context.store.run(scripts.finish, args, { ...FOREVER, again: 1 });
    const [written, left] = reply as [number, number];
    await this.#releaseRest(left);
    if (written !== 1) return { status: 'lost' };
    await sendWebhooks(run, 'finished');
    return { status: 'finished', value: ending.value };
  }

  async #fail(run: RqRun, { kind, error }: Ending): Promise<Pick<RqOutcome, 'status' | 'error'>> {
    let told = error;
    try {
      if (kind === 'stopped')
        await callBack(this.options.callbacks, run, run.fields.onStopped, { kind: 'stopped', error });
      else await callBack(this.options.callbacks, run, run.fields.onFailure, { kind: 'failure', error });
    } catch (failure) {
      told = failure; // as RQ: what its callback threw is what is kept
    }
    const text = error instanceof RqError && kind === 'stopped' ? error.message : tracebackOf(told);
    const args = [...this.#about(run, kind), 'type', 2, 'exc_string', packed(text), ...this.#execution(run)];
    const reply = await this.context.store.run(scripts.fail, args, { ...FOREVER, again: 1 });
    const [written, left] = reply as [Buffer, number];
    await this.#releaseRest(left);
    const status = (textOf(written) || 'lost') as RqOutcome['status'];
    if (status === 'failed') await sendWebhooks(run, status, text);
    return { status, error: told };
  }

  // The job has ended, whatever becomes of this: maintenance does it in the end.
  async #releaseRest(left: number): Promise<void> {
    await releaseRest(this.context.store, left).catch(() => {});
  }

  #about(run: RqRun, seventh: string | number): (string | number)[] {
    const { id, queue, eid, fields } = run.taken;
    const seconds = ((performance.now() - run.since) / 1_000).toFixed(6);
    // Of those that end together the last one leaves an idle worker.
    const others = [...this.running].filter(({ ending }) => !ending).length;
    return [this.options.name, 0, id, queue, eid, fields.since, seventh, others, seconds];
  }

  // What RQ 2.8 adds to an entry, and older ones do not look at.
  #execution({ taken, since }: RqRun): (string | number)[] {
    if (taken.eid === '') return [];
    const ended = Date.now() / 1_000;
    const started = (ended - (performance.now() - since) / 1_000).toFixed(6);
    const times = ['execution_started_at', started, 'execution_ended_at', ended.toFixed(6)];
    return ['worker_name', this.options.name, 'execution_id', taken.eid, ...times];
  }
}
