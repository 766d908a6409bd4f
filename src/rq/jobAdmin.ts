import { missing, RqError } from './errors.ts';
import { scripts } from './scripts.ts';
import { type RqStore, textOf } from './store.ts';

// What is done to one job from outside. Each rejects with an RqError.

export const cancelJob = async (store: RqStore, id: string, enqueueDependents: boolean): Promise<void> => {
  const answer = textOf(await store.run(scripts.cancel, [id, enqueueDependents ? 1 : 0]));
  if (answer === '') throw missing(id);
  if (answer !== 'canceled') throw new RqError('STATE', `Job ${id} has been canceled before`);
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
