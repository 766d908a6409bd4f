import { Observable, type OperatorFunction, type Subscriber, takeUntil } from 'rxjs';
import type { Settlement, Task } from './task.ts';
import type { TaskBatch } from './taskBatch.ts';

// What flows between the source and the sink, and how an operator on it is made.

/** What a stream may carry on its way to the sink. */
export type Flow<T = unknown, R = unknown> = Task<T> | TaskBatch<T> | Settlement<T, R>;

/** The settlements among what a stream carries: they pass through. */
export type SettlementIn<In> = In extends Settlement<infer T, infer R> ? Settlement<T, R> : never;

/** What is still to be worked on among what a stream carries: tasks, batches or both. */
export type WorkIn<In> = Exclude<In, Settlement>;

export type PayloadOf<In> =
  In extends Task<infer T>
    ? T
    : In extends TaskBatch<infer T>
      ? T
      : In extends Settlement<infer T, unknown>
        ? T
        : never;

/** What the acks among what a stream carries have as their value. */
export type ValueOf<In> = In extends Settlement<unknown, infer R> ? R : never;

/** What an operator does with what its source says. An error that is not mentioned is passed on at once. */
export interface Hearing<In> {
  next(value: In): void;
  complete(): void;
  error?(error: unknown): void;
}

/**
 * An operator, from what each subscription does with what it hears: the part of RxJS's own `operate`
 * that its version 7 keeps to itself. What `next` throws errors the stream.
 */
export const operate =
  <In, Out>(hear: (out: Subscriber<Out>) => Hearing<In>): OperatorFunction<In, Out> =>
  (source) =>
    new Observable<Out>((out) => {
      const hearing = hear(out);
      // Stops a source that never pauses from within: it has not returned from its `subscribe` yet.
      const gone = new Observable<void>((told) => out.add(() => told.next()));
      source.pipe(takeUntil(gone)).subscribe({
        next: (value) => {
          try {
            hearing.next(value);
          } catch (error) {
            out.error(error);
          }
        },
        error: (error: unknown) => (hearing.error === undefined ? out.error(error) : hearing.error(error)),
        complete: () => out.closed || hearing.complete(),
      });
    });
