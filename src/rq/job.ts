import type { Observable } from 'rxjs';
import * as check from '../check.ts';
import { None, type Option, type Result, Some } from '../result.ts';
import type { ResultOptions, Results } from './awaiting.ts';
import { missing, type RqError } from './errors.ts';
import { type EventsOptions, statuses, watched } from './events.ts';
import { type RqFields, type RqStatus, readFields } from './fields.ts';
import { cancelJob, deleteJobs, requeueJob, stopJob } from './jobAdmin.ts';
import { type RqAttempt, readAttempt } from './results.ts';
import { scripts } from './scripts.ts';
import { decode, decodeCall, encode, type RqCall, type RqSerializer, record } from './serializer.ts';
import { hashOf, type RqStore, settled, textOf } from './store.ts';

type Answer<T> = Promise<Result<T, RqError>>;

/** What jobs of one queue share. */
export interface JobContext {
  readonly store: RqStore;
  readonly serializer: RqSerializer;
  readonly results: Results;
}

/** Fetches jobs, in order; undefined for each that is not there. Rejects with an RqError. */
export const fetchJobs = async (context: JobContext, ids: readonly string[]): Promise<(RqJob | undefined)[]> =>
  Promise.all(
    ids.map(async (id) => {
      const hash = hashOf(await context.store.command('HGETALL', `rq:job:${id}`));
      return hash.has('data') ? new RqJob(context, id, readFields(hash)) : undefined;
    }),
  );

/** Fetches those that are still there. */
export const jobsThere = async (context: JobContext, ids: readonly string[]): Promise<RqJob[]> =>
  (await fetchJobs(context, ids)).filter((job) => job !== undefined);

/** A job of RQ, as it was when it was read; `refresh()` reads it again. */
export class RqJob {
  readonly id: string;
  readonly #context: JobContext;
  #fields: RqFields;
  #call: RqCall | undefined;
  #meta: Record<string, unknown> | undefined;

  /** Jobs come from `RqQueue` and `RqWorker`. */
  constructor(context: JobContext, id: string, fields: RqFields) {
    this.id = id;
    this.#context = context;
    this.#fields = fields;
  }

  /** Everything that is stored with it, as it was when it was read. */
  get fields(): RqFields {
    return this.#fields;
  }

  /** The name of its queue. */
  get queue(): string {
    return this.#fields.origin;
  }

  get description(): string {
    return this.#fields.description;
  }

  /** What it calls. Throws RqError SERIALIZER when it cannot be read here. */
  get call(): RqCall {
    this.#call ??= decodeCall(this.#context.serializer, this.id, this.#fields.data);
    return this.#call;
  }

  get func(): string {
    return this.call.func;
  }

  get args(): readonly unknown[] {
    return this.call.args;
  }

  get kwargs(): Readonly<Record<string, unknown>> {
    return this.call.kwargs;
  }

  /** Whatever its makers and workers keep with it. Change it, then `saveMeta()`. Throws RqError SERIALIZER. */
  get meta(): Record<string, unknown> {
    const { meta } = this.#fields;
    this.#meta ??= meta === undefined ? {} : record(decode(this.#context.serializer, `meta of job ${this.id}`, meta));
    return this.#meta;
  }

  set meta(meta: Record<string, unknown>) {
    this.#meta = check.options('RqJob', 'meta', meta) as Record<string, unknown>;
  }

  /** Writes `meta`. MISSING when the job is gone; another writer's changes are overwritten, as in RQ. */
  saveMeta(): Answer<void> {
    return settled(this.#saveMeta());
  }

  /** Where it is now. MISSING when it is gone, as after its result's time to live. */
  status(): Answer<RqStatus> {
    return settled(this.#status());
  }

  /** Reads everything again; `meta` included. MISSING when it is gone. */
  refresh(): Answer<this> {
    return settled(
      (async () => {
        const [job] = await fetchJobs(this.#context, [this.id]);
        if (job === undefined) throw missing(this.id);
        this.#fields = job.fields;
        this.#call = undefined;
        this.#meta = undefined;
        return this;
      })(),
    );
  }

  /**
   * What it returned, null for None; waits for it, without polling. FAILED or STOPPED with its `traceback`,
   * CANCELED, MISSING when it is gone, TIMEOUT after `timeout` ms, ABORTED by `signal`. A try that is to be
   * repeated is no end. Throws TypeError or RangeError naming the option.
   */
  result(options?: ResultOptions): Answer<unknown> {
    return this.#context.results.wait(this.id, this.#context.serializer, options);
  }

  /** How each attempt ended that RQ keeps (about ten), the latest first. Before RQ 1.12 there are none. */
  results(): Answer<readonly RqAttempt[]> {
    return settled(this.#attempts());
  }

  /** How its latest attempt ended; None before the first has. */
  latestResult(): Answer<Option<RqAttempt>> {
    return settled(this.#attempts('COUNT', 1).then(([latest]) => (latest === undefined ? None : Some(latest))));
  }

  /**
   * Its status now and each one it comes to.
   *
   *     out     queued---started------finished|
   *
   * Emits      a status whenever it differs from the last one. RQ announces no change but a result: that is waited
   *            for, and the end told at once. For the others it is looked: soon after a change, then ever more
   *            rarely, up to `every` ms (500); a short one in between may go unseen.
   * Completes  after finished, failed, stopped or canceled, or when the job is gone.
   * Errors     with an RqError when Redis refuses.
   */
  events(options?: EventsOptions): Observable<RqStatus> {
    return statuses(watched(this.#context.results, this.id), options);
  }

  /** Never runs it; it stays in the registry of canceled jobs. STATE when it was canceled before, MISSING. */
  cancel({ enqueueDependents = false }: { readonly enqueueDependents?: boolean } = {}): Answer<void> {
    check.flag('cancel', 'enqueueDependents', enqueueDependents);
    return settled(cancelJob(this.#context.store, this.id, enqueueDependents));
  }

  /** Runs a failed job again. STATE when it is not in the registry of failed jobs. */
  requeue({ atFront = false }: { readonly atFront?: boolean } = {}): Answer<void> {
    check.flag('requeue', 'atFront', atFront);
    return settled(requeueJob(this.#context.store, this.queue, this.id, atFront));
  }

  /** Forgets it wherever it is, its results too. Answers whether it was there. */
  delete({ dependents = false }: { readonly dependents?: boolean } = {}): Answer<boolean> {
    check.flag('delete', 'dependents', dependents);
    return settled(deleteJobs(this.#context.store, this.id, dependents).then((n) => n > 0));
  }

  /** Tells the worker at it to stop it. STATE when nobody works on it; true when a worker heard it. */
  stop(): Answer<boolean> {
    return settled(stopJob(this.#context.store, this.id));
  }

  async #saveMeta(): Promise<void> {
    const bytes = encode(this.#context.serializer, `meta of job ${this.id}`, this.meta);
    if ((await this.#context.store.run(scripts.set, [this.id, 'meta', bytes])) !== 1) throw missing(this.id);
  }

  async #status(): Promise<RqStatus> {
    const reply = textOf(await this.#context.store.command('HGET', `rq:job:${this.id}`, 'status'));
    if (reply === '') throw missing(this.id);
    return reply as RqStatus;
  }

  async #attempts(...limit: (string | number)[]): Promise<RqAttempt[]> {
    const reply = await this.#context.store.command('XREVRANGE', `rq:results:${this.id}`, '+', '-', ...limit);
    return (reply as [unknown, unknown][]).map((entry) => readAttempt(this.#context.serializer, this.id, entry));
  }
}
