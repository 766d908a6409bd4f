import type { Prepared } from './enqueueOptions.ts';
import { RqError } from './errors.ts';
import { readFields } from './fields.ts';
import { type JobContext, RqJob } from './job.ts';
import { scripts } from './scripts.ts';
import { textOf } from './store.ts';

const bytesOf = (value: string | number | Buffer): Buffer =>
  Buffer.isBuffer(value) ? value : Buffer.from(String(value));

/** Writes jobs in one step, all or none. Rejects with RqError DUPLICATE or STATE when one is refused. */
export const submit = async (context: JobContext, prepared: readonly Prepared[]): Promise<RqJob[]> => {
  if (prepared.length === 0) return [];
  const args = prepared.flatMap(({ id, plan, fields }) => [id, JSON.stringify(plan), fields.length, ...fields]);
  const reply = (await context.store.run(scripts.enqueue, [0, ...args], { again: 0 })) as Buffer[];
  const [refused, id, parent] = reply.map(textOf);
  if (refused === 'exists') throw new RqError('DUPLICATE', `There is a job ${id} already`);
  if (refused === 'canceled')
    throw new RqError('STATE', `Job ${id} would wait for ever: ${parent}, on which it depends, was canceled`);
  return prepared.map(({ id: own, fields }, i) => {
    const hash = new Map([['status', reply[i] as Buffer]]);
    for (let at = 0; at < fields.length; at += 2) hash.set(String(fields[at]), bytesOf(fields[at + 1] ?? ''));
    return new RqJob(context, own, readFields(hash));
  });
};
