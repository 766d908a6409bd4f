import { AsyncLocalStorage } from 'node:async_hooks';
import { isObservable, lastValueFrom } from 'rxjs';
import type { RqHandler } from './handlers.ts';
import type { RqOutcome, RqRun } from './run.ts';

const current = new AsyncLocalStorage<RqRun>();

/** The job that is being worked on here, as RQ's `get_current_job`; undefined outside of a handler. */
export const currentJob = (): RqRun | undefined => current.getStore();

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

const call = async (handlers: ReadonlyMap<string, RqHandler>, run: RqRun): Promise<unknown> => {
  const { func, args, kwargs } = run.call;
  const handler = handlers.get(func);
  if (handler === undefined)
    throw new Error(`This worker has no handler for ${func}; it has ${[...handlers.keys()].join(', ') || 'none'}`);
  const result = await handler({ args, kwargs, job: run, signal: run.signal });
  return isObservable(result) ? lastValueFrom(result, { defaultValue: null }) : result;
};

/** Runs a job's handler and settles it. Resolves when it is settled, however that came. Never rejects. */
export const perform = async (handlers: ReadonlyMap<string, RqHandler>, run: RqRun): Promise<RqOutcome> => {
  const worked = current
    .run(run, () => call(handlers, run))
    .then(
      (value) => run.finish(value),
      (error: unknown) => run.fail(error),
    );
  // One that does not listen to its signal is left behind: it is settled already.
  await Promise.race([worked, aborted(run.signal)]);
  return run.outcome;
};
