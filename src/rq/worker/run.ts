import type { Result } from '../../result.ts';
import { Err, Ok } from '../../result.ts';
import { asRqError, RqError } from '../errors.ts';
import type { RqFields } from '../fields.ts';
import { RqJob } from '../job.ts';
import type { Ending, Station } from './station.ts';

type Answer<T> = Promise<Result<T, RqError>>;

/** How a run ended. `queued` and `scheduled`: it failed, and is tried again. `lost`: it was no longer ours. */
export interface RqOutcome {
  readonly id: string;
  readonly queue: string;
  readonly status: 'finished' | 'failed' | 'stopped' | 'queued' | 'scheduled' | 'lost';
  /** Of a finished one. */
  readonly value?: unknown;
  /** Of any other. */
  readonly error?: unknown;
}

/** What Redis told of a job when it was started here. */
export interface Taken {
  readonly id: string;
  readonly queue: string;
  /** Its execution's id; '' in the format of RQ before 2.0. */
  readonly eid: string;
  readonly fields: RqFields;
}

/**
 * A job that runs here: it has to be settled with `finish` or `fail`, once. Meanwhile its heartbeats are sent;
 * when its time is over, or it is stopped, it is settled for you and `signal` aborts.
 */
export class RqRun extends RqJob {
  readonly taken: Taken;
  /** How it ended. Never rejects. */
  readonly outcome: Promise<RqOutcome>;
  /** When it was started here, by this process's clock. */
  readonly since = performance.now();
  readonly #station: Station;
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout | undefined;
  #resolve: (outcome: RqOutcome) => void = () => {};
  #ending = false;

  /** Runs come from `RqWorker.jobs()`. */
  constructor(station: Station, taken: Taken) {
    super(station.context, taken.id, taken.fields);
    this.taken = taken;
    this.#station = station;
    this.outcome = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    const { timeout } = taken.fields;
    if (timeout > 0 && timeout * 1_000 < 2_147_483_647)
      this.#timer = setTimeout(() => this.#expire(timeout), timeout * 1_000);
  }

  /** Whether it is being settled, or has been. */
  get ending(): boolean {
    return this.#ending;
  }

  /** Aborts when the job times out, is stopped, or is no longer ours. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Done. LOST when it was declared abandoned meanwhile, SERIALIZER when the value has no form: it failed then. */
  finish(value?: unknown): Answer<void> {
    return this.#settle({ kind: 'finished', value });
  }

  /** Failed: it is tried again, if it has tries left. */
  fail(reason: unknown): Answer<void> {
    return this.#settle({ kind: 'failed', error: reason });
  }

  /** As RQ's `stop-job` command, here at once: true. STATE when it has been settled. */
  override stop(): Answer<boolean> {
    const error = new RqError('STOPPED', 'Job stopped by user, work-horse terminated.');
    return this.#cut({ kind: 'stopped', error }).then((result) => result.map(() => true));
  }

  /** Fails it from outside. */
  abort(error: Error): void {
    void this.#cut({ kind: 'failed', error });
  }

  /** Somebody declared it abandoned: whatever comes of it here does not count. */
  lose(): void {
    if (this.#ending) return;
    this.#end({ status: 'lost', error: new RqError('LOST', `Job ${this.id} was declared abandoned`) });
    this.#controller.abort(new RqError('LOST', `Job ${this.id} was declared abandoned`));
  }

  #expire(timeout: number): void {
    const error = new Error(`Task exceeded maximum timeout value (${timeout} seconds)`);
    error.name = 'JobTimeoutException';
    error.stack = `${error.name}: ${error.message}`;
    this.abort(error);
  }

  // Settled before the handler hears of it: whatever it answers then comes too late.
  #cut(ending: Ending): Answer<void> {
    const answer = this.#settle(ending);
    this.#controller.abort(ending.error);
    return answer;
  }

  async #settle(ending: Ending): Answer<void> {
    if (this.#ending) return Err(new RqError('STATE', `Job ${this.id} has been settled before`));
    this.#ending = true;
    clearTimeout(this.#timer);
    try {
      const { status, value, error } = await this.#station.settle(this, ending);
      this.#end({ status, ...(status === 'finished' ? { value } : { error }) });
      if (status === 'lost') return Err(new RqError('LOST', `Job ${this.id} was declared abandoned`));
      const asMeant = status === ending.kind || ending.kind === 'failed';
      return asMeant ? Ok(undefined) : Err(error instanceof RqError ? error : new RqError('FAILED', String(error)));
    } catch (error) {
      this.#end({ status: 'lost', error });
      return Err(asRqError(error));
    }
  }

  #end(outcome: Omit<RqOutcome, 'id' | 'queue'>): void {
    this.#ending = true;
    clearTimeout(this.#timer);
    this.#station.left(this);
    this.#resolve({ id: this.id, queue: this.queue, ...outcome });
  }
}
