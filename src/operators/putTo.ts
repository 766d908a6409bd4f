import {
  asyncScheduler,
  defer,
  first,
  type Observable,
  type ObservableInput,
  type OperatorFunction,
  type Subscription,
} from 'rxjs';
import * as check from '../check.ts';
import type { QueueError } from '../errors.ts';
import { PUTS, type Put, type PutOptions, putOptions } from '../put.ts';
import type { Result } from '../result.ts';
import { operate } from '../stream.ts';

/** Where `putTo` puts: a Queue, or whatever takes payloads as one does. */
export interface PutTarget<U> {
  putMulti(payloads: readonly U[], options: PutOptions<U>): ObservableInput<Result<readonly Put[], QueueError>>;
  /** What a Queue is called by instead. */
  readonly [PUTS]?: (payloads: readonly U[], options: PutOptions<U>) => Observable<Result<readonly Put[], QueueError>>;
}

export interface PutToConfig<U> extends PutOptions<U> {
  /** The most payloads in one call, up to 10,000. Default 1,000. */
  readonly max?: number;
  /** The caller's own id for each: of the payload and its place in the stream. */
  readonly id?: (payload: U, index: number) => string;
}

/**
 * Puts every value into a queue, as many at a time as gather while the last put is under way.
 *
 *     values  -abc-------|
 *     put 1    ---x             [a]
 *     put 2       ---y          [b c]
 *     out     ----A--(BC)|      putTo(queue), A B C = their Puts
 *
 * The first value goes at the end of the turn, together with what came in the same one; then one call at a
 * time, of what gathered meanwhile. A full queue makes a call wait, so values gather here: RxJS pushes, and
 * nothing can slow a source that does not ask. One that paces itself by what comes out, such as a replay
 * that sends the next for each `Put`, is slowed by that.
 *
 * Emits      one `Put` per value, in order, once it is stored.
 * Completes  with the source, after the last put.
 * Errors     the QueueError of a put, at once: what had gathered behind it is not put. The source's error,
 *            after what came before it is put. An exception of `putMulti` or `id`.
 * Throws     TypeError or RangeError at call time when `queue` has no `putMulti`, or for a bad option.
 * Redis      what `putMulti` costs, per 1 to `max` values. Unsubscribing aborts a call that waits.
 * Source     `put_multi` in aioredisqueue's README, "What can change soon".
 */
export function putTo<U>(queue: PutTarget<U>, config?: PutToConfig<U>): OperatorFunction<U, Put> {
  if (typeof queue?.putMulti !== 'function') throw check.wrongType('putTo', 'queue', queue, 'a queue, with putMulti');
  const { max = 1_000, id, ...options } = check.options('putTo', 'config', config) as PutToConfig<U>;
  check.count('putTo', 'max', max, { min: 1, max: 10_000 });
  if (id !== undefined) check.callable('putTo', 'id', id, 'a function from value to id');
  putOptions('putTo', options);

  const puts = (queue[PUTS] ?? queue.putMulti).bind(queue);

  return operate((out) => {
    const gone = new AbortController();
    const signal = options.signal === undefined ? gone.signal : AbortSignal.any([options.signal, gone.signal]);
    const gathered: U[] = [];
    let sent = 0;
    let busy = false;
    let sending = false;
    let window: Subscription | undefined;
    let call: Subscription | undefined;
    let end = () => {};
    out.add(() => {
      window?.unsubscribe();
      call?.unsubscribe();
      if (busy) gone.abort();
    });

    const put = () => {
      const before = sent;
      const payloads = gathered.splice(0, max);
      const own = id && { id: (payload: U, index: number) => id(payload, before + index) };
      sent += payloads.length;
      busy = true;
      call = defer(() => puts(payloads, { ...options, ...own, signal }))
        .pipe(first())
        .subscribe({
          next: (result) => {
            if (result.err) out.error(result.val);
            else for (const each of result.val) out.next(each);
          },
          error: (error) => out.error(error),
          complete: () => {
            busy = false;
            send();
          },
        });
    };
    // A loop, not a recursion: a put may be done as soon as it starts.
    const send = () => {
      if (sending) return;
      sending = true;
      window?.unsubscribe();
      window = undefined;
      while (!busy && gathered.length > 0 && !out.closed) put();
      sending = false;
      if (!busy && gathered.length === 0) end();
    };
    const finish = (how: () => void) => {
      end = how;
      send();
    };
    return {
      next(value) {
        gathered.push(value);
        if (busy) return;
        if (gathered.length >= max) send();
        else window ??= asyncScheduler.schedule(send, 0);
      },
      error: (error) => finish(() => out.error(error)),
      complete: () => finish(() => out.complete()),
    };
  });
}
