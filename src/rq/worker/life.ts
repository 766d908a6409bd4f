import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { asRqError, RqError } from '../errors.ts';
import { fetchJobs } from '../job.ts';
import { scripts } from '../scripts.ts';
import { textOf } from '../store.ts';
import { callBack } from './callBack.ts';

import { detectFormat } from './format.ts';
import { packed, type Station } from './station.ts';

export interface LifeOptions {
  /** ms between two rounds of maintenance; null: leave it to others. */
  readonly maintenanceEvery: number | null;
  /** Whether to put scheduled jobs on their queues. */
  readonly scheduler: boolean;
  readonly format: 'auto' | 'bare' | 'execution';
}

/** ms between two looks at the scheduled jobs, as RQ's scheduler. */
const SCHEDULER = 1_000;
/** As RQ words it. */
const ABANDONED = 'Moved to FailedJobRegistry, due to AbandonedJobError: its worker gave no sign of life';

/** A worker's birth, heartbeats, maintenance and death. */
export class Life {
  readonly #station: Station;
  readonly #options: LifeOptions;
  readonly #token = randomUUID();
  #timers: NodeJS.Timeout[] = [];

  constructor(station: Station, options: LifeOptions) {
    this.#station = station;
    this.#options = options;
  }

  /** Rejects with DUPLICATE when a worker of this name lives. */
  async begin(): Promise<void> {
    await this.#birth();
    await this.#chooseFormat();
    await this.#round();
    if (this.#options.scheduler) await this.#due();
    const beat = (this.#station.options.monitoring * 1_000) / 2;
    this.#every(beat, () => this.#beat());
    if (this.#options.maintenanceEvery !== null) this.#every(this.#options.maintenanceEvery, () => this.#round());
    if (this.#options.scheduler) this.#every(SCHEDULER, () => this.#due());
  }

  async end(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers = [];
    const { name, queues } = this.#station.options;
    const { store } = this.#station.context;
    if (this.#options.scheduler) await store.run(scripts.unlock, [this.#token, ...queues]);
    await store.run(scripts.death, [name, JSON.stringify(queues)]);
  }

  async #birth(): Promise<void> {
    const { name, queues } = this.#station.options;
    const about = ['queues', queues.join(','), 'pid', process.pid, 'hostname', hostname(), 'ip_address', 'unknown'];
    const versions = ['version', 'millrace', 'python_version', `Node.js ${process.version}`];
    const args = [name, this.#station.ttl, this.#token, JSON.stringify(queues), ...about, ...versions];
    if ((await this.#station.context.store.run(scripts.birth, args)) !== 1)
      throw new RqError('DUPLICATE', `There is an active worker named ${name} already`);
  }

  async #beat(): Promise<void> {
    const { name, monitoring } = this.#station.options;
    const runs = [...this.#station.running];
    const jobs = runs.flatMap(({ taken, since }) => {
      const { timeout } = taken.fields;
      const remaining = timeout < 0 ? monitoring : timeout - (performance.now() - since) / 1_000;
      const seconds = Math.ceil(Math.max(Math.min(remaining, monitoring), 0)) + 60;
      return [taken.id, taken.queue, taken.eid, taken.fields.since, seconds];
    });
    const args = [name, this.#station.ttl, runs.length > 0 ? 'busy' : 'idle', ...jobs];
    const [known, ...ours] = (await this.#station.context.store.run(scripts.beat, args)) as number[];
    for (const [i, run] of runs.entries()) if (ours[i] === 0 && this.#station.running.has(run)) run.lose();
    if (known === 0) await this.#birth();
    await this.#chooseFormat();
  }

  // Again and again: the first Python worker may come later, or an older one.
  async #chooseFormat(): Promise<void> {
    const { format } = this.#options;
    const { context, options } = this.#station;
    this.#station.format = format === 'auto' ? await detectFormat(context.store, options.queues) : format;
  }

  async #round(): Promise<void> {
    const { store } = this.#station.context;
    if (this.#options.maintenanceEvery === null) return;
    const fields = ['type', 2, 'exc_string', packed(ABANDONED)];
    for (const queue of this.#station.options.queues)
      for (let left = 1; left === 1; ) {
        const reply = (await store.run(scripts.sweep, [queue, ...fields])) as [number, number, unknown[]];
        left = reply[1];
        await this.#abandoned(reply[2].map(textOf));
      }
  }

  // Their own worker cannot call them any more. Python's functions are for Python's maintenance to call.
  async #abandoned(ids: readonly string[]): Promise<void> {
    const { callbacks } = this.#station.options;
    for (const job of await fetchJobs(this.#station.context, ids)) {
      const named = job?.fields.onFailure;
      if (job === undefined || named === undefined || !callbacks.has(named.name)) continue;
      await callBack(callbacks, job, named, { kind: 'failure', error: new Error(ABANDONED) }).catch(() => {});
    }
  }

  async #due(): Promise<void> {
    await this.#station.context.store.run(scripts.due, [this.#token, ...this.#station.options.queues]);
  }

  // Redis away is no news: the next time comes. The timers hold the process no more than the connections do.
  #every(ms: number, work: () => Promise<void>): void {
    let busy = false;
    const timer = setInterval(() => {
      if (busy) return;
      busy = true;
      work()
        .catch((error: unknown) => asRqError(error))
        .finally(() => {
          busy = false;
        });
    }, ms);
    this.#timers.push(timer);
  }
}
