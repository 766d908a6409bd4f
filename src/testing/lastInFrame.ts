import type { VirtualTimeScheduler } from 'rxjs';

/** Those who wait for the end of their frame do not wait for each other. */
const waiting = new WeakSet<object>();

/** Runs it when all else that happens in the current frame has happened. */
export const lastInFrame = (scheduler: VirtualTimeScheduler, last: () => void): void => {
  const { actions, frame } = scheduler;
  if (!actions.some((action) => action.delay <= frame && !waiting.has(action))) return last();
  waiting.add(scheduler.schedule(() => lastInFrame(scheduler, last), 0));
};
