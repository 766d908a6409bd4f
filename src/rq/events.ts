import { firstValueFrom, merge, Observable, Subject, type Subscriber, timer } from 'rxjs';
import * as check from '../check.ts';
import type { Results } from './awaiting.ts';
import { asRqError } from './errors.ts';
import type { RqStatus } from './fields.ts';
import { type Pending, standing } from './outcome.ts';

export interface EventsOptions {
  /** ms between two looks at most. Default 500. */
  readonly every?: number;
}

/** What `statuses` needs to know of a job. */
export interface Watched {
  /** Rejects with RqError MISSING when it is gone. */
  look(): Promise<Pending & { readonly status: RqStatus }>;
  /** Resolves when its results have an entry after this one. */
  told(after: string, signal: AbortSignal): Promise<unknown>;
}

export const watched = (results: Results, id: string): Watched => ({
  look: async () => standing(id, await results.look(id)),
  told: (after, signal) => results.told(id, after, check.LONGEST, signal),
});

const ENDS: readonly RqStatus[] = ['finished', 'failed', 'stopped', 'canceled'];
/** ms between two looks when something has just changed; then twice as long each time. */
const SOON = 25;

/**
 * The statuses a job goes through, until it ends or is gone. RQ announces nothing but results: these are waited for,
 * for the rest is looked now and then. Throws RangeError when `every` is not 1 ms or more.
 */
export const statuses = (job: Watched, options?: EventsOptions): Observable<RqStatus> => {
  const { every = 500 } = check.options('events', 'options', options);
  check.milliseconds('events', 'every', every, { min: 1, max: check.LONGEST });
  return new Observable((out) => {
    const bell = new Subject<void>();
    const controller = new AbortController();
    watch(job, every, out, bell, controller.signal)
      .then(() => out.complete())
      .catch((error: unknown) => {
        const known = asRqError(error);
        if (known.code === 'MISSING') out.complete();
        else out.error(known);
      });
    return () => {
      controller.abort();
      bell.next();
    };
  });
};

const watch = async (
  job: Watched,
  every: number,
  out: Subscriber<RqStatus>,
  bell: Subject<void>,
  signal: AbortSignal,
): Promise<void> => {
  let last: RqStatus | undefined;
  let waiting: string | undefined;
  let pause = Math.min(SOON, every);
  while (!out.closed) {
    const { status, after } = await job.look();
    if (status !== last) {
      last = status;
      pause = Math.min(SOON, every);
      out.next(status);
    }
    if (ENDS.includes(status) || out.closed) return;
    // One wait for as long as nothing is told: each one begins anew for all that wait on that connection.
    if (waiting !== after) {
      waiting = after;
      void job.told(after, signal).then(() => bell.next());
    }
    await firstValueFrom(merge(bell, timer(pause)));
    pause = Math.min(pause * 2, every);
  }
};
