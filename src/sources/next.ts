import { Observable, type Subscriber, type Subscription } from 'rxjs';
import type { Delivery, Taken } from '../broker/broker.ts';
import { asQueueError } from '../errors.ts';
import type { Task } from '../task.ts';
import { type Intake, MOST } from './intake.ts';

export interface NextOptions {
  /** Most tasks to take. */
  readonly count: number;
  /** ms to wait for the first one; Infinity for ever, 0 not at all. */
  readonly timeout: number;
  /** ms to wait for a Redis that is away. */
  readonly patience: number;
}

/**
 * The next tasks, once: as many as there are up to `count`, as soon as there is one.
 *
 *     queue   -----abc
 *     out     -----(x|)     count: 2, x = [a b]
 *
 * Emits      one array, empty when there was nothing within `timeout`.
 * Errors     with a QueueError when Redis stays away or refuses.
 */
export const next = <T>(intake: Intake<T>, options: NextOptions): Observable<Task<T>[]> =>
  new Observable((out) => new Turn(intake, options, out).begin());

class Turn<T> {
  readonly #intake: Intake<T>;
  readonly #options: NextOptions;
  readonly #out: Subscriber<Task<T>[]>;
  readonly #deadline: number;
  readonly #taken: Delivery[] = [];
  #timer: Subscription | undefined;

  constructor(intake: Intake<T>, options: NextOptions, out: Subscriber<Task<T>[]>) {
    this.#intake = intake;
    this.#options = options;
    this.#out = out;
    this.#deadline = intake.scheduler.now() + options.timeout;
    out.add(() => intake.giveBack(this.#taken));
  }

  readonly begin = (): void => {
    const { count, patience, timeout } = this.#options;
    const wanted = Math.min(count - this.#taken.length, MOST);
    // Redis away is told when it is known, not much later than the caller wanted an answer anyway.
    const patient = timeout === 0 ? patience : Math.min(patience, Math.max(this.#remaining, 1_000));
    this.#intake.take(wanted, patient).subscribe({
      next: (taken) => this.#deliver(taken),
      error: (error: unknown) => (this.#taken.length > 0 ? this.#end() : this.#out.error(asQueueError(error))),
    });
  };

  get #remaining(): number {
    return this.#deadline - this.#intake.scheduler.now();
  }

  #deliver(taken: Taken): void {
    const { deliveries, left, dueIn } = taken;
    this.#intake.report(taken);
    if (this.#out.closed) return this.#intake.giveBack(deliveries);
    this.#taken.push(...deliveries);
    if (this.#taken.length === this.#options.count) this.#end();
    else if (left > 0) this.begin();
    else if (this.#taken.length > 0 || this.#remaining <= 0) this.#end();
    else this.#wait(dueIn);
  }

  #wait(dueIn: number | undefined): void {
    const remaining = this.#remaining;
    if (this.#timer === undefined && remaining !== Number.POSITIVE_INFINITY) {
      this.#timer = this.#intake.scheduler.schedule(() => this.#end(), remaining);
      this.#out.add(this.#timer);
    }
    const waiting = this.#intake.bell.wait(dueIn).subscribe({
      next: this.begin,
      error: (error: unknown) => this.#out.error(asQueueError(error)),
    });
    this.#out.add(waiting);
  }

  #end(): void {
    const taken = this.#taken.splice(0);
    const tasks = taken.flatMap((delivery) => this.#intake.open(delivery) ?? []);
    // Nothing among them could be decoded: they are dead letters now, and whoever waits still waits.
    if (taken.length > 0 && tasks.length === 0 && this.#remaining > 0) return this.begin();
    this.#out.next(tasks);
    this.#out.complete();
  }
}
