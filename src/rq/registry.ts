import * as check from '../check.ts';
import type { Result } from '../result.ts';
import type { RqError } from './errors.ts';
import { type JobContext, jobsThere, type RqJob } from './job.ts';
import { deleteJobs } from './jobAdmin.ts';
import { settled, textOf } from './store.ts';

type Answer<T> = Promise<Result<T, RqError>>;

const KEYS = {
  started: 'rq:wip:',
  finished: 'rq:finished:',
  failed: 'rq:failed:',
  deferred: 'rq:deferred:',
  scheduled: 'rq:scheduled:',
  canceled: 'rq:canceled:',
} as const;

export type RqRegistryName = keyof typeof KEYS;

export interface PageOptions {
  /** The first one, counted from 0. */
  readonly offset?: number;
  /** How many. Default: all. */
  readonly limit?: number;
}

/** The index of the last one, as Redis counts. */
export const page = (where: string, given: PageOptions | undefined): [first: number, last: number] => {
  const { offset = 0, limit = Number.POSITIVE_INFINITY } = check.options(where, 'options', given);
  check.count(where, 'offset', offset, { min: 0 });
  check.count(where, 'limit', limit, { min: 1, unlimited: true });
  return [offset, limit === Number.POSITIVE_INFINITY ? -1 : offset + limit - 1];
};

/** One of the registries of a queue: which of its jobs are where. */
export class RqRegistry {
  readonly name: RqRegistryName;
  /** Of the queue. */
  readonly queue: string;
  readonly #context: JobContext;
  readonly #key: string;

  /** Registries come from `RqQueue`. */
  constructor(context: JobContext, queue: string, name: RqRegistryName) {
    this.name = name;
    this.queue = queue;
    this.#context = context;
    this.#key = KEYS[name] + queue;
  }

  count(): Answer<number> {
    return settled(this.#context.store.command('ZCARD', this.#key) as Promise<number>);
  }

  /** The soonest to expire first; scheduled: the soonest due. Since RQ 2.0 a started job may be there more than once. */
  jobIds(options?: PageOptions): Answer<string[]> {
    return settled(this.#ids(...page('jobIds', options)));
  }

  /** Those that are still there. */
  jobs(options?: PageOptions): Answer<RqJob[]> {
    const [first, last] = page('jobs', options);
    return settled(this.#ids(first, last).then((ids) => jobsThere(this.#context, ids)));
  }

  /** When each leaves, or is due: undefined when it stays, or is not here. */
  time(id: string): Answer<Date | undefined> {
    check.text('time', 'id', id);
    return settled(
      this.#context.store.command('ZSCORE', this.#key, id).then((reply) => {
        const score = Number(reply === null ? Number.NaN : textOf(reply));
        return Number.isFinite(score) && score >= 0 ? new Date(score * 1_000) : undefined;
      }),
    );
  }

  /** Takes an id out; with `deleteJob`, forgets the job, too. Answers whether it was in. */
  remove(id: string, { deleteJob = false }: { readonly deleteJob?: boolean } = {}): Answer<boolean> {
    check.text('remove', 'id', id);
    check.flag('remove', 'deleteJob', deleteJob);
    return settled(
      (async () => {
        const was = (await this.#context.store.command('ZREM', this.#key, id)) as number;
        if (deleteJob) await deleteJobs(this.#context.store, id, false);
        return was > 0;
      })(),
    );
  }

  /** Drops what is past its time (finished and failed jobs); a started job past its time is the workers' to settle. */
  cleanup(): Answer<number> {
    if (this.name !== 'finished' && this.name !== 'failed') return settled(Promise.resolve(0));
    return settled(
      (async () => {
        const [seconds] = (await this.#context.store.command('TIME')) as [Buffer];
        return (await this.#context.store.command('ZREMRANGEBYSCORE', this.#key, 0, textOf(seconds))) as number;
      })(),
    );
  }

  async #ids(first: number, last: number): Promise<string[]> {
    const reply = (await this.#context.store.command('ZRANGE', this.#key, first, last)) as unknown[];
    const members = reply.map(textOf);
    // `<id>:<execution>` since RQ 2.0.
    return this.name === 'started' ? [...new Set(members.map((each) => each.split(':')[0] as string))] : members;
  }
}
