import { QueueError } from '../errors.ts';

/**
 * What went wrong, in one word:
 *
 *     MISSING     there is no such job
 *     STATE       the job is not in a state that allows this (RQ: InvalidJobOperation)
 *     DUPLICATE   a unique job of this id is there already, or a worker of this name lives
 *     SERIALIZER  a value could not be encoded or decoded (RQ: DeserializationError)
 *     FAILED      the job failed; `traceback` says why, as its worker wrote it
 *     STOPPED     the job was stopped while it ran
 *     CANCELED    the job was canceled
 *     TIMEOUT     no result within the caller's timeout
 *     ABORTED     the caller's AbortSignal fired
 *     LOST        the job is no longer this worker's: it was declared abandoned meanwhile
 *     CONNECTION  Redis was away longer than `patience`, or refuses
 *     CLUSTER     Redis Cluster: RQ does not work there, for anyone
 *     CLOSED      the queue or worker has been closed
 */
export type RqErrorCode =
  | 'MISSING'
  | 'STATE'
  | 'DUPLICATE'
  | 'SERIALIZER'
  | 'FAILED'
  | 'STOPPED'
  | 'CANCELED'
  | 'TIMEOUT'
  | 'ABORTED'
  | 'LOST'
  | 'CONNECTION'
  | 'CLUSTER'
  | 'CLOSED';

export interface RqErrorOptions {
  /** What was underneath. */
  readonly cause?: unknown;
  /** Of a failed job: the text its worker left, a Python traceback or a JavaScript stack. */
  readonly traceback?: string;
  /** Whether trying again may help. */
  readonly heals?: boolean;
}

/** The error of every `Err` and of every stream of `millrace/rq`. */
export class RqError extends Error {
  override readonly name = 'RqError';
  readonly code: RqErrorCode;
  /** Of a failed job: the text its worker left. */
  readonly traceback?: string;
  /** Whether waiting or trying again may help. */
  readonly heals: boolean;

  constructor(code: RqErrorCode, message: string, { cause, traceback, heals = false }: RqErrorOptions = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.heals = heals;
    if (traceback !== undefined) this.traceback = traceback;
  }
}

// A node of a Cluster answers a script that names keys of other nodes with one of these.
const CLUSTER = /non local key|\bMOVED\b|\bCROSSSLOT\b|\bCLUSTERDOWN\b/;

/** What every error of Redis and of the driver becomes. */
export const asRqError = (error: unknown): RqError => {
  if (error instanceof RqError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (CLUSTER.test(message)) return cluster(error);
  if (error instanceof QueueError && (error.code === 'CLOSED' || error.code === 'ABORTED'))
    return new RqError(error.code, message, { cause: error });
  const heals = error instanceof QueueError ? error.heals : true;
  return new RqError('CONNECTION', message, { cause: error, heals });
};

export const cluster = (cause?: unknown): RqError =>
  new RqError('CLUSTER', "RQ's keys have no hash tags, so RQ cannot work on Redis Cluster: pass a single Redis", {
    cause,
  });

export const missing = (id: string): RqError => new RqError('MISSING', `There is no job ${JSON.stringify(id)}`);

/** The last line of a traceback: of Python's the error, of a JavaScript stack that is the first. */
const headline = (text: string): string => {
  const lines = text.trim().split('\n');
  return (/^\s+at /m.test(text) ? lines[0] : lines.at(-1))?.trim() ?? '';
};

/** The error of a job that failed. */
export const jobFailed = (id: string, traceback: string, code: 'FAILED' | 'STOPPED' = 'FAILED'): RqError =>
  new RqError(code, `Job ${id}: ${headline(traceback) || 'failed'}`, { traceback });
