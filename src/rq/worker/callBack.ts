import type { RqCallbackName } from '../fields.ts';
import type { RqJob } from '../job.ts';
import type { RqCallbackEvent, RqCallbackHandler } from './handlers.ts';

/**
 * Calls the callback a job names, if it names one. Rejects with what it throws, when it takes longer than it may,
 * and when this worker does not know it: Python, too, fails a job whose callback cannot be imported.
 */
export const callBack = async (
  callbacks: ReadonlyMap<string, RqCallbackHandler>,
  job: RqJob,
  named: RqCallbackName | undefined,
  event: Pick<RqCallbackEvent, 'kind' | 'result' | 'error'>,
): Promise<void> => {
  if (named === undefined) return;
  const callback = callbacks.get(named.name);
  if (callback === undefined) throw new Error(`This worker has no callback ${named.name}`);
  const late = new Error(`The callback ${named.name} exceeded its timeout (${named.timeout} seconds)`);
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      controller.abort(late);
      reject(late);
    }, named.timeout * 1_000);
  });
  try {
    await Promise.race([callback({ job, signal: controller.signal, ...event }), expired]);
  } finally {
    clearTimeout(timer);
  }
};
