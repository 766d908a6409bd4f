import * as check from './check.ts';
import { type AckOnCompleteConfig, workConfig } from './operators/ackOnComplete.ts';

// The options of the queue's calls, and their checks: misuse throws at the call.

export interface TasksOptions {
  /** Most unsettled tasks at once: the backpressure. Default 64. */
  readonly prefetch?: number;
}

export interface GetOptions {
  /** ms to wait for a task; default: for ever. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

export interface ProcessOptions extends AckOnCompleteConfig {
  /** Most unsettled tasks at once. Default: twice the concurrency, so that the next ones are at hand; 1 for 1. */
  readonly prefetch?: number;
}

export interface RequeueOptions {
  /** Only deliveries this many ms old. Default: all. */
  readonly olderThan?: number;
  /** Default `front`. */
  readonly at?: 'front' | 'back';
}

export interface DropOptions {
  /** Only deliveries this many ms old. Default: all. */
  readonly olderThan?: number;
}

export interface MatchingOptions {
  /** 0: all; n: at most n, those put last first; -n: at most n, those put first first. Default 0. */
  readonly count?: number;
  /** The name of the codec they were put with. Default: the queue's. */
  readonly codec?: string;
}

export interface CloseOptions {
  /** ms to wait for running work to settle. Default 10,000. */
  readonly timeout?: number;
}

export const tasksOptions = (given: TasksOptions | undefined): Required<TasksOptions> => {
  const { prefetch = 64 } = check.options('tasks', 'options', given);
  return { prefetch: check.count('tasks', 'prefetch', prefetch) };
};

export const getOptions = (
  where: string,
  given: GetOptions | undefined,
): { readonly timeout: number; readonly signal: AbortSignal | undefined } => {
  const { timeout = Number.POSITIVE_INFINITY, signal } = check.options(where, 'options', given);
  check.milliseconds(where, 'timeout', timeout, { max: check.LONGEST, unlimited: true });
  return { timeout, signal: check.abortSignal(where, signal) };
};

/** The prefetch that follows from the concurrency, and what `ackOnComplete` takes. */
export const processOptions = (
  work: unknown,
  given: ProcessOptions | undefined,
): { readonly prefetch: number; readonly config: AckOnCompleteConfig } => {
  const { prefetch, ...config } = check.options('process', 'options', given);
  const { concurrency } = workConfig('process', work, config);
  if (prefetch !== undefined) check.count('process', 'prefetch', prefetch);
  const enough = concurrency === 1 ? 1 : Math.min(2 * concurrency, 10_000);
  return { prefetch: prefetch ?? enough, config };
};

export const requeueOptions = (given: RequeueOptions | undefined): Required<RequeueOptions> => {
  const { olderThan = 0, at = 'front' } = check.options('requeue', 'options', given);
  check.milliseconds('requeue', 'olderThan', olderThan);
  return { olderThan, at: check.oneOf('requeue', 'at', at, ['front', 'back']) };
};

export const dropOptions = (given: DropOptions | undefined): Required<DropOptions> => {
  const { olderThan = 0 } = check.options('dropLeased', 'options', given);
  return { olderThan: check.milliseconds('dropLeased', 'olderThan', olderThan) };
};

export const matchingOptions = (
  given: MatchingOptions | undefined,
): { readonly count: number; readonly codec: string | undefined } => {
  const { count = 0, codec } = check.options('removeMatching', 'options', given);
  check.count('removeMatching', 'count', count, { min: Number.MIN_SAFE_INTEGER });
  if (codec !== undefined) check.text('removeMatching', 'codec', codec, 'the name of a codec');
  return { count, codec };
};

export const closeOptions = (given: CloseOptions | undefined): Required<CloseOptions> => {
  const { timeout = 10_000 } = check.options('close', 'options', given);
  return { timeout: check.milliseconds('close', 'timeout', timeout, { max: check.LONGEST }) };
};
