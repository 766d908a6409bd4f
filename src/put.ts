import * as check from './check.ts';

/** What became of a payload that was put. */
export interface Put {
  readonly id: string;
  /** False when its id, or its twin in a UniqueQueue, was in the queue already: nothing changed. */
  readonly added: boolean;
}

/** How a queue puts for `putTo`: as an Observable, which virtual time can see where a promise is invisible. Not public. */
export const PUTS = Symbol('millrace.puts');

export interface PutOptions<T = unknown> {
  /**
   * The caller's own id: putting one that is still in the queue changes nothing, so a put can be repeated
   * safely. Of several payloads: a function of each and its place among them. Default: a new one for each.
   */
  readonly id?: string | ((payload: T, index: number) => string);
  /** Milliseconds until it may be delivered. Default 0. */
  readonly delay?: number;
  /** 0 normal … 9 first: among those of one priority, first come, first served. Default 0. */
  readonly priority?: number;
  /** The name of a codec. Default: the queue's. */
  readonly codec?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** To the front of the line. Default false. */
  readonly front?: boolean;
  /** Gives up waiting: for room in a full queue, or for a Redis that is away. */
  readonly signal?: AbortSignal;
}

/**
 * The options as they were given, once they are known to be in order.
 *
 * Throws   TypeError or RangeError naming `where` and the option; TypeError for one `id` for several payloads.
 */
export const putOptions = <T>(where: string, given: PutOptions<T> | undefined, payloads = 1): PutOptions<T> => {
  const options = check.options(where, 'options', given);
  const { id, delay, priority, codec, headers, front, signal } = options;
  if (id !== undefined && typeof id !== 'function') {
    check.text(where, 'id', id, 'a string that is not empty, or a function');
    if (payloads > 1) throw check.wrongType(where, 'id', id, 'a function from payload to id: ids are not shared');
  }
  if (delay !== undefined) check.milliseconds(where, 'delay', delay);
  if (priority !== undefined) check.count(where, 'priority', priority, { min: 0, max: 9 });
  if (codec !== undefined) check.text(where, 'codec', codec, 'the name of a codec');
  if (headers !== undefined) check.strings(where, 'headers', headers);
  if (front !== undefined) check.flag(where, 'front', front);
  check.abortSignal(where, signal);
  return options;
};
