import * as check from '../check.ts';
import type { Result } from '../result.ts';
import { QueueAdmin, queueNames } from './admin.ts';
import { Results } from './awaiting.ts';
import { queueName, span } from './checks.ts';
import { type NamedFunction, type Prepared, prepare, type RqEnqueueOptions } from './enqueueOptions.ts';
import { RqError } from './errors.ts';
import type { JobContext, RqJob } from './job.ts';
import type { RqJobSpec, RqQueueOptions } from './queueOptions.ts';
import { RqRegistry } from './registry.ts';
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
export class RqQueue extends QueueAdmin implements AsyncDisposable {
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

  /** Throws TypeError or RangeError naming the option that is not what it should be; RqError CLUSTER for a Cluster. */
  constructor(name = 'default', options?: RqQueueOptions) {
    const { connection, serializer, timeout = 180, patience } = check.options('RqQueue', 'options', options);
    const known = serializerOf('RqQueue', serializer);
    const seconds = span('RqQueue', 'timeout', timeout);
    queueName('RqQueue', name);
    const store = new RqStore('RqQueue', connection, patience);
    const context = { store, serializer: known, results: new Results(store) };
    super(context, name);
    this.#context = context;
    this.serializer = known;
    this.timeout = seconds;
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
    return settled(queueNames(store).finally(() => store.close()));
  }

  /**
   * Has a function of Python, or a handler of an `RqWorker`, called with `args` and `kwargs`. `func` is its path, or
   * what `job()` made.
   *
   * Answers    the job; SERIALIZER, DUPLICATE (with `unique`), STATE (a dependency was canceled: it would wait for ever).
   * Throws     TypeError or RangeError at call time for what would end a stock worker.
   * Redis      one script: a job is never half there. A lost reply is asked for again, without a second job.
   */
  enqueue(func: string | NamedFunction, options?: RqEnqueueOptions): Answer<RqJob> {
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
        return [func as string | NamedFunction, options] as const;
      }),
    );
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

  #enqueue(
    where: string,
    specs: readonly (readonly [string | NamedFunction, RqEnqueueOptions | undefined])[],
  ): Answer<RqJob[]> {
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
