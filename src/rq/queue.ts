import * as check from '../check.ts';
import { None, type Option, type Result, Some } from '../result.ts';
import { Admin } from './admin.ts';
import { Results } from './awaiting.ts';
import { jobId, queueName, span } from './checks.ts';
import { type Prepared, prepare, type RqEnqueueOptions, type RqJobRef, type RqSeconds } from './enqueueOptions.ts';
import { RqError } from './errors.ts';
import { fetchJobs, type JobContext, type RqJob } from './job.ts';
import type { RqJobSpec, RqQueueOptions } from './queueOptions.ts';
import { type PageOptions, page, RqRegistry } from './registry.ts';
import { type RqSerializer, serializerOf } from './serializer.ts';
import { type RqConnection, RqStore, settled } from './store.ts';
import { submit } from './submit.ts';

type Answer<T> = Promise<Result<T, RqError>>;

/** Most jobs of one `enqueueMany`: one script, and Redis does nothing else meanwhile. */
const MOST = 1_000;

/**
 * A queue of Python's RQ: what is enqueued here, an `rq worker` runs, and the other way round. Opens no
 * connection before it is used. What RQ stores is in seconds, how long we wait in ms.
 */
export class RqQueue implements AsyncDisposable {
  readonly name: string;
  readonly serializer: RqSerializer;
  /** Seconds. */
  readonly timeout: number;
  readonly started: RqRegistry;
  readonly finished: RqRegistry;
  /** Also the jobs that were stopped. */
  readonly failed: RqRegistry;
  /** Those that wait for others. */
  readonly deferred: RqRegistry;
  readonly scheduled: RqRegistry;
  readonly canceled: RqRegistry;
  readonly #context: JobContext;
  readonly #admin: Admin;

  /** Throws TypeError or RangeError naming the option that is not what it should be; RqError CLUSTER for a Cluster. */
  constructor(name = 'default', options?: RqQueueOptions) {
    const { connection, serializer, timeout = 180, patience } = check.options('RqQueue', 'options', options);
    this.name = queueName('RqQueue', name);
    this.serializer = serializerOf('RqQueue', serializer);
    this.timeout = span('RqQueue', 'timeout', timeout);
    const store = new RqStore('RqQueue', connection, patience);
    this.#context = { store, serializer: this.serializer, results: new Results(store) };
    this.#admin = new Admin(store, name);
    const registry = (of: RqRegistry['name']) => new RqRegistry(this.#context, name, of);
    this.started = registry('started');
    this.finished = registry('finished');
    this.failed = registry('failed');
    this.deferred = registry('deferred');
    this.scheduled = registry('scheduled');
    this.canceled = registry('canceled');
  }

  /** The names of all queues that ever had a job, sorted. */
  static all(connection?: RqConnection): Answer<string[]> {
    const store = new RqStore('RqQueue.all', connection);
    return settled(Admin.names(store).finally(() => store.close()));
  }

  /**
   * Has a function of Python, or a handler of an `RqWorker`, called with `args` and `kwargs`.
   *
   * Answers    the job; SERIALIZER, DUPLICATE (with `unique`), STATE (a dependency was canceled: it would wait for ever).
   * Throws     TypeError or RangeError at call time for what would end a stock worker.
   * Redis      one script: a job is never half there. A lost reply is asked for again, without a second job.
   */
  enqueue(func: string, options?: RqEnqueueOptions): Answer<RqJob> {
    return this.#enqueue('enqueue', [[func, options]]).then((result) => result.map(([job]) => job as RqJob));
  }

  /** At most 1,000 jobs in one step, in order, all or none. One may depend on an earlier one by its `jobId`. */
  enqueueMany(jobs: readonly RqJobSpec[]): Answer<RqJob[]> {
    const specs = check.list('enqueueMany', 'jobs', jobs, 'an array of jobs');
    if (specs.length > MOST) throw check.outOfRange('enqueueMany', 'jobs', specs, `at most ${MOST} jobs`);
    return this.#enqueue(
      'enqueueMany',
      specs.map((spec) => {
        const { func, ...options } = check.options('enqueueMany', 'job', spec);
        return [func as string, options] as const;
      }),
    );
  }

  /** How many wait. */
  count(): Answer<number> {
    return settled(this.#admin.count());
  }

  isEmpty(): Answer<boolean> {
    return settled(this.#admin.count().then((n) => n === 0));
  }

  /** Those that wait, the next one first. */
  jobIds(options?: PageOptions): Answer<string[]> {
    return settled(this.#admin.ids(...page('jobIds', options)));
  }

  /** Those that wait and are still there. */
  jobs(options?: PageOptions): Answer<RqJob[]> {
    const [first, last] = page('jobs', options);
    return settled(
      this.#admin
        .ids(first, last)
        .then((ids) => fetchJobs(this.#context, ids))
        .then((jobs) => jobs.filter((job) => job !== undefined)),
    );
  }

  /** A job of this queue, wherever it is; None when it is gone or belongs to another. */
  fetchJob(id: string): Answer<Option<RqJob>> {
    check.text('fetchJob', 'id', id);
    return settled(fetchJobs(this.#context, [id]).then(([job]) => (job?.queue === this.name ? Some(job) : None)));
  }

  /** How many wait before it; None when it does not wait here. */
  position(job: RqJobRef): Answer<Option<number>> {
    const id = idOf('position', job);
    return settled(this.#admin.position(id).then((at) => (at === null ? None : Some(at))));
  }

  /** Takes an id off the queue; its job stays. Answers whether it was there. */
  remove(job: RqJobRef): Answer<boolean> {
    return settled(this.#admin.remove(idOf('remove', job)));
  }

  /** Deletes all jobs that wait. Answers how many. 1,000 per step; more may come meanwhile. */
  empty(): Answer<number> {
    return settled(this.#admin.empty());
  }

  /** Drops ids whose job is gone. Answers how many. */
  compact(): Answer<number> {
    return settled(this.#admin.compact());
  }

  /** Forgets the queue and, unless told otherwise, the jobs that wait in it. Registries stay, as in RQ. */
  delete({ jobs = true }: { readonly jobs?: boolean } = {}): Answer<void> {
    check.flag('delete', 'jobs', jobs);
    return settled(this.#admin.delete(jobs));
  }

  /** Runs failed jobs of this queue again, all when no ids are given. Answers how many. */
  requeue(ids?: readonly string[], { atFront = false }: { readonly atFront?: boolean } = {}): Answer<number> {
    if (ids !== undefined) for (const id of check.list('requeue', 'ids', ids)) jobId('requeue', 'ids', id);
    check.flag('requeue', 'atFront', atFront);
    return settled(this.#admin.requeue(ids, atFront));
  }

  /** Keeps all workers of this Redis from starting jobs; for `seconds`, or until `resume()`. */
  suspend(seconds?: RqSeconds): Answer<void> {
    return settled(this.#admin.suspend(seconds === undefined ? undefined : span('suspend', 'seconds', seconds)));
  }

  resume(): Answer<void> {
    return settled(this.#admin.resume());
  }

  isSuspended(): Answer<boolean> {
    return settled(this.#admin.isSuspended());
  }

  /** Afterwards every call answers CLOSED; a client handed in stays open. */
  close(): Promise<void> {
    this.#context.store.close();
    this.#context.results.close();
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #enqueue(where: string, specs: readonly (readonly [string, RqEnqueueOptions | undefined])[]): Answer<RqJob[]> {
    const prepared: Prepared[] = [];
    try {
      for (const [func, options] of specs) prepared.push(prepare(where, this, func, options));
    } catch (error) {
      // A value that has no form is an answer; any other mistake is the caller's, told at the call.
      if (error instanceof RqError) return settled(Promise.reject(error));
      throw error;
    }
    return settled(submit(this.#context, prepared));
  }
}

const idOf = (where: string, job: RqJobRef): string =>
  check.text(where, 'job', typeof job === 'object' && job !== null ? job.id : job, 'a job or its id');
