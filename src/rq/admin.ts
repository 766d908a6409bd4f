import * as check from '../check.ts';
import { None, type Option, type Result, Some } from '../result.ts';
import { jobId, span } from './checks.ts';
import type { RqJobRef, RqSeconds } from './enqueueOptions.ts';
import type { RqError } from './errors.ts';
import { fetchJobs, type JobContext, jobsThere, type RqJob } from './job.ts';
import { type PageOptions, page } from './registry.ts';
import { scripts } from './scripts.ts';
import { type RqStore, settled, textOf } from './store.ts';

type Answer<T> = Promise<Result<T, RqError>>;

const PREFIX = 'rq:queue:';
/** Most ids per script: Redis does nothing else meanwhile. */
const MOST = 1_000;

/** The names of all queues that ever had a job, sorted. */
export const queueNames = async (store: RqStore): Promise<string[]> => {
  const keys = (await store.command('SMEMBERS', 'rq:queues')) as unknown[];
  return keys.map((key) => textOf(key).slice(PREFIX.length)).sort();
};

/** Looking after one queue: what a RqQueue does besides enqueueing. */
export abstract class QueueAdmin {
  readonly name: string;
  readonly #context: JobContext;
  readonly #store: RqStore;
  readonly #key: string;

  constructor(context: JobContext, name: string) {
    this.name = name;
    this.#context = context;
    this.#store = context.store;
    this.#key = PREFIX + name;
  }

  /** How many wait. */
  count(): Answer<number> {
    return settled(this.#store.command('LLEN', this.#key) as Promise<number>);
  }

  isEmpty(): Answer<boolean> {
    return this.count().then((count) => count.map((n) => n === 0));
  }

  /** Those that wait, the next one first. */
  jobIds(options?: PageOptions): Answer<string[]> {
    return settled(this.#ids(...page('jobIds', options)));
  }

  /** Those that wait and are still there. */
  jobs(options?: PageOptions): Answer<RqJob[]> {
    const [first, last] = page('jobs', options);
    return settled(this.#ids(first, last).then((ids) => jobsThere(this.#context, ids)));
  }

  /** A job of this queue, wherever it is; None when it is gone or belongs to another. */
  fetchJob(id: string): Answer<Option<RqJob>> {
    check.text('fetchJob', 'id', id);
    return settled(fetchJobs(this.#context, [id]).then(([job]) => (job?.queue === this.name ? Some(job) : None)));
  }

  /** How many wait before it; None when it does not wait here. */
  position(job: RqJobRef): Answer<Option<number>> {
    const reply = this.#store.command('LPOS', this.#key, idOf('position', job));
    return settled(reply.then((at) => (at === null ? None : Some(at as number))));
  }

  /** Takes an id off the queue; its job stays. Answers whether it was there. */
  remove(job: RqJobRef): Answer<boolean> {
    return settled(this.#store.command('LREM', this.#key, 1, idOf('remove', job)).then((n) => (n as number) > 0));
  }

  /** Deletes all jobs that wait. Answers how many. 1,000 per step; more may come meanwhile. */
  empty(): Answer<number> {
    return settled(this.#empty());
  }

  /** Drops ids whose job is gone. Answers how many. */
  compact(): Answer<number> {
    return settled(this.#compact());
  }

  /** Forgets the queue and, unless told otherwise, the jobs that wait in it. Registries stay, as in RQ. */
  delete({ jobs = true }: { readonly jobs?: boolean } = {}): Answer<void> {
    check.flag('delete', 'jobs', jobs);
    return settled(this.#delete(jobs));
  }

  /** Runs failed jobs of this queue again, all when no ids are given. Answers how many. */
  requeue(ids?: readonly string[], { atFront = false }: { readonly atFront?: boolean } = {}): Answer<number> {
    if (ids !== undefined) for (const id of check.list('requeue', 'ids', ids)) jobId('requeue', 'ids', id);
    check.flag('requeue', 'atFront', atFront);
    return settled(this.#requeue(ids, atFront));
  }

  /** Keeps all workers of this Redis from starting jobs; for `seconds`, or until `resume()`. */
  suspend(seconds?: RqSeconds): Answer<void> {
    const most = seconds === undefined ? -1 : span('suspend', 'seconds', seconds);
    return settled(this.#store.command('SET', 'rq:suspended', 1, ...(most < 0 ? [] : ['EX', most])).then(() => {}));
  }

  resume(): Answer<void> {
    return settled(this.#store.command('DEL', 'rq:suspended').then(() => {}));
  }

  isSuspended(): Answer<boolean> {
    return settled(this.#store.command('EXISTS', 'rq:suspended').then((n) => n === 1));
  }

  async #ids(first: number, last: number): Promise<string[]> {
    return ((await this.#store.command('LRANGE', this.#key, first, last)) as unknown[]).map(textOf);
  }

  async #empty(): Promise<number> {
    for (let total = 0; ; ) {
      const count = (await this.#store.run(scripts.empty, [this.name])) as number;
      total += count;
      if (count < MOST) return total;
    }
  }

  async #compact(): Promise<number> {
    for (let total = 0, from = 0; ; ) {
      const [dropped = 0, seen = 0] = (await this.#store.run(scripts.compact, [this.name, from])) as number[];
      total += dropped;
      from += seen - dropped;
      if (seen < MOST) return total;
    }
  }

  async #delete(jobs: boolean): Promise<void> {
    if (jobs) await this.#empty();
    await this.#store.command('SREM', 'rq:queues', this.#key);
    await this.#store.command('DEL', this.#key);
  }

  async #requeue(ids: readonly string[] | undefined, front: boolean): Promise<number> {
    const failed = () => this.#store.command('ZRANGE', `rq:failed:${this.name}`, 0, -1) as Promise<unknown[]>;
    const all = ids ?? (await failed()).map(textOf);
    let total = 0;
    for (let from = 0; from < all.length; from += MOST) {
      const args = [this.name, front ? 1 : 0, ...all.slice(from, from + MOST)];
      total += ((await this.#store.run(scripts.requeue, args)) as number[]).filter((was) => was === 1).length;
    }
    return total;
  }
}

const idOf = (where: string, job: RqJobRef): string =>
  check.text(where, 'job', typeof job === 'object' && job !== null ? job.id : job, 'a job or its id');
