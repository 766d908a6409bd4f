import { inspect } from 'node:util';

/**
 * What went wrong, in one word:
 *
 *     EMPTY       nothing to take: at once, or within the timeout
 *     FULL        no room: the queue's own limit, or Redis is out of memory
 *     CODEC       a payload could not be encoded, or the codec is not known
 *     STALE       the task is no longer this delivery's to settle
 *     CONNECTION  Redis was away longer than `patience`, or refuses this user
 *     REPLICAS    too few replicas confirmed the write in time; the write stays
 *     CLOSED      the queue has been closed
 *     ABORTED     the caller's AbortSignal fired
 *     LAYOUT      the keys in Redis are not ones this version understands
 */
export type QueueErrorCode =
  | 'EMPTY'
  | 'FULL'
  | 'CODEC'
  | 'STALE'
  | 'CONNECTION'
  | 'REPLICAS'
  | 'CLOSED'
  | 'ABORTED'
  | 'LAYOUT';

export interface QueueErrorOptions {
  /** What was underneath: the error of the driver, the codec, the signal's reason. */
  readonly cause?: unknown;
  /** The tasks it concerns, where that helps. */
  readonly ids?: readonly string[];
  /** False when waiting cannot mend it: wrong password, no permission, an unknown layout. */
  readonly heals?: boolean;
}

/** The error of every `Err` and of every stream. Its message says what to do where something can be done. */
export class QueueError extends Error {
  override readonly name = 'QueueError';
  readonly code: QueueErrorCode;
  /** The tasks it concerns, where that helps. */
  declare readonly ids?: readonly string[];
  /** Whether waiting or trying again may help. */
  readonly heals: boolean;

  constructor(code: QueueErrorCode, message: string, { cause, ids, heals = true }: QueueErrorOptions = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.heals = heals;
    if (ids !== undefined) this.ids = ids;
  }

  /** The same error, said of these tasks. */
  about(ids: readonly string[]): QueueError {
    return new QueueError(this.code, this.message, { cause: this.cause, heals: this.heals, ids });
  }
}

/** A kept promise for what should never reject: any error becomes the QueueError it is about. */
export const asQueueError = (error: unknown): QueueError =>
  error instanceof QueueError
    ? error
    : new QueueError('CONNECTION', error instanceof Error ? error.message : String(error), { cause: error });

/** What every call on a closed queue answers. */
export const closed = (): QueueError => new QueueError('CLOSED', 'The queue has been closed', { heals: false });

export const aborted = (signal: AbortSignal): QueueError =>
  new QueueError('ABORTED', 'The caller gave up waiting', { cause: signal.reason });

// Whatever was thrown: a reason without a text must not keep its task from failing.
const said = (reason: unknown): string => {
  try {
    if (reason instanceof Error) return String(reason.message || reason.name);
    return typeof reason === 'object' ? inspect(reason, { breakLength: Number.POSITIVE_INFINITY }) : String(reason);
  } catch {
    return 'a reason that cannot be read';
  }
};

/** The text of a reason: what is stored with a failed or dead task, at most 1 KiB of it. */
export const textOf = (reason: unknown): string => {
  if (reason === undefined || reason === null) return '';
  const text = said(reason);
  if (text.length <= 256 || Buffer.byteLength(text) <= 1_024) return text;
  return Buffer.from(text)
    .subarray(0, 1_024)
    .toString('utf8')
    .replace(/\uFFFD+$/, '');
};
