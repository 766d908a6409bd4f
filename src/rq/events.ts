import {
  catchError,
  distinctUntilChanged,
  EMPTY,
  exhaustMap,
  type Observable,
  takeWhile,
  throwError,
  timer,
} from 'rxjs';
import * as check from '../check.ts';
import { asRqError } from './errors.ts';
import type { RqStatus } from './fields.ts';

export interface EventsOptions {
  /** ms between two looks. Default 500. */
  readonly every?: number;
}

const ENDS: readonly RqStatus[] = ['finished', 'failed', 'stopped', 'canceled'];

/** The statuses a job goes through, until it ends or is gone. Throws RangeError when `every` is not 1 ms or more. */
export const statuses = (ask: () => Promise<RqStatus>, options?: EventsOptions): Observable<RqStatus> => {
  const { every = 500 } = check.options('events', 'options', options);
  check.milliseconds('events', 'every', every, { min: 1, max: check.LONGEST });
  return timer(0, every).pipe(
    exhaustMap(() => ask()),
    distinctUntilChanged(),
    takeWhile((status) => !ENDS.includes(status), true),
    catchError((error: unknown) => {
      const known = asRqError(error);
      return known.code === 'MISSING' ? EMPTY : throwError(() => known);
    }),
  );
};
