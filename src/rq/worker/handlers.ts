import * as check from '../../check.ts';
import type { NamedFunction } from '../enqueueOptions.ts';
import type { RqJob } from '../job.ts';
import type { RqRun } from './run.ts';

/** What a handler is given. */
export interface RqInvocation {
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;
  /** The job, as it was started here. */
  readonly job: RqRun;
  /** Aborts when the job times out, is stopped, or is no longer ours. The job is settled then: nobody waits. */
  readonly signal: AbortSignal;
}

/** Runs one kind of job: what it returns, or its promise resolves to, is the result; what it throws, the failure. */
export type RqHandler = (invocation: RqInvocation) => unknown;

/** By the name jobs call, or functions that `job()` made: these get the args, then the kwargs if there are any. */
export type RqHandlers = Readonly<Record<string, RqHandler>> | readonly NamedFunction[];

/** What a callback of a job is told. */
export interface RqCallbackEvent {
  readonly job: RqJob;
  readonly kind: 'success' | 'failure' | 'stopped';
  /** Of a success. */
  readonly result?: unknown;
  /** Of a failure. */
  readonly error?: unknown;
  /** Aborts when its time is over. */
  readonly signal: AbortSignal;
}

/** Runs when a job that names it ends. What the one of a success throws makes the job fail, as in RQ. */
export type RqCallbackHandler = (event: RqCallbackEvent) => unknown;

/** Throws TypeError naming the one that is no function. */
export const handlersOf = (where: string, given: RqHandlers): ReadonlyMap<string, RqHandler> => {
  if (Array.isArray(given)) return new Map((given as readonly NamedFunction[]).map((each) => asHandler(where, each)));
  const entries = Object.entries(check.options(where, 'handlers', given as Record<string, RqHandler>));
  for (const [name, handler] of entries) check.callable(where, `handlers[${JSON.stringify(name)}]`, handler);
  return new Map(entries as [string, RqHandler][]);
};

const asHandler = (where: string, job: NamedFunction): [string, RqHandler] => {
  check.callable(where, 'handlers', job, 'functions made by job()');
  if (typeof job.func !== 'string') throw check.wrongType(where, 'handlers', job, 'functions made by job()');
  const call = job as unknown as (...args: readonly unknown[]) => unknown;
  const handler: RqHandler = ({ args, kwargs }) => call(...args, ...(Object.keys(kwargs).length > 0 ? [kwargs] : []));
  return [job.func, handler];
};

/** Throws TypeError naming the one that is no function. */
export const callbacksOf = (
  where: string,
  given: Readonly<Record<string, RqCallbackHandler>> | undefined,
): ReadonlyMap<string, RqCallbackHandler> => {
  const entries = Object.entries(check.options(where, 'callbacks', given));
  for (const [name, callback] of entries) check.callable(where, `callbacks[${JSON.stringify(name)}]`, callback);
  return new Map(entries as [string, RqCallbackHandler][]);
};
