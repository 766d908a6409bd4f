import { missing, RqError } from './errors.ts';
import { scripts } from './scripts.ts';
import { type RqStore, textOf } from './store.ts';

// What is done to one job from outside. Each rejects with an RqError.

export const cancelJob = async (store: RqStore, id: string, enqueueDependents: boolean): Promise<void> => {
  const reply = (await store.run(scripts.cancel, [id, enqueueDependents ? 1 : 0])) as [Buffer, number];
  const answer = textOf(reply[0]);
  if (answer === '') throw missing(id);
  if (answer !== 'canceled') throw new RqError('STATE', `Job ${id} has been canceled before`);
  await releaseRest(store, reply[1]);
};

/** Lets all jobs go that a step left waiting; whoever does maintenance would do it, too. */
export const releaseRest = async (store: RqStore, left: number): Promise<void> => {
  for (let more = left; more === 1; ) more = (await store.run(scripts.release, [])) as number;
};

/** Answers how many there were. */
export const deleteJobs = async (store: RqStore, id: string, dependents: boolean): Promise<number> => {
  let total = 0;
  for (let ids: unknown[] = [id]; ids.length > 0; ) {
    const some = ids.slice(0, 1_000).map(textOf);
    const [count, left] = (await store.run(scripts.delete, [dependents ? 1 : 0, ...some])) as [number, unknown[]];
    total += count;
    ids = [...ids.slice(1_000), ...left];
  }
  return total;
};

export const requeueJob = async (store: RqStore, queue: string, id: string, atFront: boolean): Promise<void> => {
  const [was] = (await store.run(scripts.requeue, [queue, atFront ? 1 : 0, id])) as number[];
  if (was !== 1) throw new RqError('STATE', `Job ${id} is not among the failed ones`);
};

/** Whether a worker heard it. */
export const stopJob = async (store: RqStore, id: string): Promise<boolean> => {
  const reply = (await store.command('HMGET', `rq:job:${id}`, 'status', 'worker_name')) as unknown[];
  const [status, worker] = reply.map(textOf);
  if (status === '') throw missing(id);
  if (status !== 'started' || worker === '') throw new RqError('STATE', `Job ${id} is not being executed`);
  const command = JSON.stringify({ command: 'stop-job', job_id: id });
  return ((await store.command('PUBLISH', `rq:pubsub:${worker}`, command)) as number) > 0;
};
