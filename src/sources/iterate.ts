import type { Answer } from '../answers.ts';
import type { Task } from '../task.ts';

/**
 * Tasks one at a time, as fast as they are asked for: `take` waits for the next, and gives up when told to.
 * Ends with the queue, or when it is left; who leaves while it waits need not wait for a task.
 * Throws what `take` answers instead of a task.
 */
export const iterate = <T>(
  take: (signal: AbortSignal) => Answer<Task<T>>,
): AsyncGenerator<Task<T>, void, undefined> => {
  const left = new AbortController();
  const tasks = each(take, left.signal);
  // By itself a generator ends only once the task it waits for has come.
  const end = tasks.return.bind(tasks);
  tasks.return = (value) => {
    left.abort();
    return end(value);
  };
  return tasks;
};

async function* each<T>(
  take: (signal: AbortSignal) => Answer<Task<T>>,
  left: AbortSignal,
): AsyncGenerator<Task<T>, void, undefined> {
  for (;;) {
    const result = await take(left);
    if (result.ok) yield result.val;
    else if (result.val.code === 'CLOSED' || left.aborted) return;
    // A task that could not be decoded is no end; the dead letters have it.
    else throw result.val;
  }
}
