import { firstValueFrom, fromEvent, map, type Observable, of } from 'rxjs';
import { aborted, asQueueError, QueueError } from './errors.ts';
import type { Put } from './put.ts';
import { Err, Ok, type Result } from './result.ts';
import type { Task } from './task.ts';

// How what storage emits becomes what a call of the queue resolves to.

/** A promise that never rejects. */
export type Answer<T> = Promise<Result<T, QueueError>>;

export const same = <A>(answer: A): A => answer;

/** The first thing emitted, as a Result. */
export const result = <A, B>(answer: Observable<A>, as: (answer: A) => B): Answer<B> =>
  firstValueFrom(answer).then(
    (value): Result<B, QueueError> => Ok(as(value)),
    (error: unknown) => Err(asQueueError(error)),
  );

export const theOne = <T>(tasks: Result<readonly Task<T>[], QueueError>): Result<Task<T>, QueueError> =>
  tasks.andThen(([task]) => (task === undefined ? Err(new QueueError('EMPTY', 'There is no task to take')) : Ok(task)));

export const firstPut = (puts: Result<Put[], QueueError>): Result<Put, QueueError> => puts.map(([put]) => put as Put);

/** Errors as soon as `when` emits. */
export const failing = (when: Observable<unknown>, error: () => QueueError): Observable<never> =>
  when.pipe(
    map((): never => {
      throw error();
    }),
  );

/** Errors with ABORTED once the signal fires. */
export const abortion = (signal: AbortSignal): Observable<never> =>
  failing(signal.aborted ? of(undefined) : fromEvent(signal, 'abort'), () => aborted(signal));
