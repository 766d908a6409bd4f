import {
  catchError,
  concatMap,
  defer,
  EMPTY,
  finalize,
  from,
  mergeMap,
  type Observable,
  ReplaySubject,
  throwError,
} from 'rxjs';
import * as check from '../check.ts';
import type { Result } from '../result.ts';
import { Results } from './awaiting.ts';
import { asRqError, RqError } from './errors.ts';
import { type RqConnection, RqStore, settled } from './store.ts';
import { CommandLine } from './worker/commands.ts';
import { feed } from './worker/feed.ts';
import { handlersOf, type RqHandler, type RqHandlers } from './worker/handlers.ts';
import { Life } from './worker/life.ts';
import { feedOptions, type RqJobsOptions, type RqWorkerOptions, workerOptions } from './worker/options.ts';
import { perform } from './worker/perform.ts';
import type { RqOutcome, RqRun } from './worker/run.ts';
import { Station } from './worker/station.ts';
import { allWorkers, type RqWorkerInfo, tell } from './workers.ts';

/**
 * A worker of RQ whose functions are TypeScript: it runs what Python or Node enqueued, beside Python's workers,
 * and `rq info` shows it like any other. A job is taken off its queue and registered as started in one step:
 * there is no moment at which a crash loses one.
 */
export class RqWorker implements AsyncDisposable {
  readonly name: string;
  readonly queues: readonly string[];
  readonly #handlers: ReadonlyMap<string, RqHandler>;
  readonly #store: RqStore;
  readonly #results: Results;
  readonly #station: Station;
  readonly #life: Life;
  readonly #commands: CommandLine;
  readonly #closing = new ReplaySubject<void>(1);
  #streams = 0;
  #begun: Promise<void> | undefined;
  #closed: Promise<void> | undefined;

  /** Throws TypeError or RangeError naming what is not what it should be; RqError CLUSTER for a Cluster. */
  constructor(queues: string | readonly string[], handlers: RqHandlers = {}, options?: RqWorkerOptions) {
    const all = workerOptions(queues, options);
    const { name, serializer, scheduler, maintenanceEvery, format } = all;
    this.queues = all.queues;
    this.name = name;
    this.#handlers = handlersOf('RqWorker', handlers);
    const store = new RqStore('RqWorker', all.connection, all.patience);
    this.#store = store;
    this.#results = new Results(store);
    const context = { store, serializer, results: this.#results };
    this.#station = new Station({ ...all, context });
    this.#life = new Life(this.#station, { maintenanceEvery, scheduler, format });
    this.#commands = new CommandLine(store, name, {
      shutdown: () => void this.close({ timeout: Number.POSITIVE_INFINITY }),
      stopJob: (id) => void this.#of(id)?.stop(),
      killHorse: () => this.#abort('Work-horse terminated unexpectedly: killed by a command'),
    });
  }

  /** All workers there are, in Python or here, as `rq info` shows them. */
  static all(connection?: RqConnection): Promise<Result<RqWorkerInfo[], RqError>> {
    const store = new RqStore('RqWorker.all', connection);
    return settled(allWorkers(store).finally(() => store.close()));
  }

  /**
   * Tells a worker, in Python or here, to end when its job has (`shutdown`), or to give up its job (`kill-horse`),
   * which fails then. Answers whether one of that name heard it.
   */
  static tell(
    name: string,
    command: 'shutdown' | 'kill-horse',
    connection?: RqConnection,
  ): Promise<Result<boolean, RqError>> {
    check.text('RqWorker.tell', 'name', name);
    check.oneOf('RqWorker.tell', 'command', command, ['shutdown', 'kill-horse']);
    const store = new RqStore('RqWorker.tell', connection);
    return settled(tell(store, name, command).finally(() => store.close()));
  }

  /**
   * The jobs, each started and to be settled with `finish` or `fail`. Cold: the worker is born with the first
   * subscription and dies with the last one, once its jobs are settled.
   *
   * Emits      at most `concurrency` unsettled jobs at once: that is the backpressure.
   * Completes  when the worker is closed or told to shut down; in burst mode when the queues are empty.
   * Errors     with an RqError: DUPLICATE when a worker of this name lives; what waiting cannot mend.
   * Throws     TypeError or RangeError at call time naming the option.
   * Redis      one script per batch; while idle one blocking call per queue and 10 s.
   */
  jobs(options?: RqJobsOptions): Observable<RqRun> {
    const feeding = feedOptions('jobs', options);
    return defer(() => {
      if (this.#closed !== undefined) throw new RqError('CLOSED', 'The worker has been closed');
      this.#streams++;
      this.#begun ??= this.#begin();
      const runs = feed(this.#station, this.#closing, feeding);
      return from(this.#begun).pipe(
        // Closed while it was born is closed, and no failure.
        catchError((error: unknown) => (this.#closed === undefined ? throwError(() => asRqError(error)) : EMPTY)),
        concatMap(() => runs),
        finalize(() => void this.#leave().catch(() => {})),
      );
    });
  }

  /**
   * Runs each job with its handler and settles it; emits how each ended. Unsubscribing stops taking jobs, those
   * under way go on and are settled. A job without a handler here fails.
   */
  work(options?: RqJobsOptions): Observable<RqOutcome> {
    const feeding = feedOptions('work', options);
    return this.jobs(options).pipe(mergeMap((run) => perform(this.#handlers, run), feeding.concurrency));
  }

  /**
   * Stops taking jobs, lets those under way end, for `timeout` ms (10,000); fails the others, as RQ's cold
   * shutdown does: they are tried again if they have tries left. Never rejects.
   */
  close({ timeout = 10_000 }: { readonly timeout?: number } = {}): Promise<void> {
    check.milliseconds('close', 'timeout', timeout, { unlimited: true });
    this.#closed ??= this.#close(timeout);
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #begin(): Promise<void> {
    await this.#life.begin();
    try {
      // Closed while it was born: what is opened now nobody would close.
      if (this.#closed !== undefined) throw new RqError('CLOSED', 'The worker has been closed');
      await this.#commands.open();
    } catch (error) {
      await this.#life.end().catch(() => {});
      throw error;
    }
  }

  // The last stream is over: once nothing runs any more, so is the worker.
  async #leave(): Promise<void> {
    this.#streams--;
    if (this.#streams > 0 || this.#closed !== undefined) return;
    await this.#settled(Number.POSITIVE_INFINITY);
    if (this.#streams > 0 || this.#closed !== undefined) return;
    const begun = this.#begun;
    this.#begun = undefined;
    this.#commands.close();
    await begun?.then(() => this.#life.end());
  }

  async #close(timeout: number): Promise<void> {
    this.#closing.next();
    this.#closing.complete();
    await this.#settled(timeout);
    this.#abort('Work-horse terminated unexpectedly: the worker was closed');
    await this.#settled(2_000);
    this.#commands.close();
    await this.#begun?.then(() => this.#life.end()).catch(() => {});
    this.#store.close();
    this.#results.close();
  }

  async #settled(ms: number): Promise<void> {
    const { running } = this.#station;
    if (running.size === 0) return;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      if (ms <= check.LONGEST) timer = setTimeout(resolve, ms);
    });
    await Promise.race([Promise.all([...running].map(({ outcome }) => outcome)), late]);
    clearTimeout(timer);
  }

  #of(id: string): RqRun | undefined {
    return [...this.#station.running].find((run) => run.id === id);
  }

  #abort(message: string): void {
    for (const run of [...this.#station.running]) run.abort(new Error(message));
  }
}
