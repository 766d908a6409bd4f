import { jobFailed, missing, RqError } from './errors.ts';
import type { RqStatus } from './fields.ts';
import { readAttempt } from './results.ts';
import { decode, inflated, type RqSerializer } from './serializer.ts';
import { textOf } from './store.ts';

// What the replies of `outcome.lua` mean.

/** Not yet: what to wait for, the first entry after this one. */
export interface Pending {
  readonly after: string;
}

const ENDED = ['finished', 'failed', 'stopped'];

/** How a job ended, or what is to be waited for. Throws what is wrong with it. */
export const judge = (serializer: RqSerializer, id: string, reply: unknown): Pending | { readonly value: unknown } => {
  const [status, entryId, entry, result, text] = reply as [Buffer, Buffer, unknown, Buffer, Buffer];
  const state = textOf(status);
  const after = textOf(entryId);
  if (after !== '') {
    const attempt = readAttempt(serializer, id, [entryId, entry]);
    if (attempt.type === 'successful') return { value: attempt.value };
    // The failure of an earlier try is no end while the job is on its way again.
    if (attempt.type !== 'retried' && (ENDED.includes(state) || state === ''))
      throw jobFailed(id, attempt.traceback ?? '', state === 'stopped' ? 'STOPPED' : 'FAILED');
  }
  if (state === '') throw missing(id);
  if (state === 'canceled') throw new RqError('CANCELED', `Job ${id} was canceled`);
  // Where RQ kept them before 1.12, and does still on a Redis before 5.
  if (state === 'finished')
    return { value: result.length === 0 ? null : decode(serializer, `the result of job ${id}`, result) };
  if (ENDED.includes(state))
    throw jobFailed(id, inflated(text).toString('utf8'), state === 'stopped' ? 'STOPPED' : 'FAILED');
  return { after: after === '' ? '0-0' : after };
};

/** Where a job is, and after which entry of its results something new would be. Throws RqError MISSING. */
export const standing = (id: string, reply: unknown): Pending & { readonly status: RqStatus } => {
  const [status, after] = (reply as unknown[]).map(textOf);
  if (status === undefined || status === '') throw missing(id);
  return { status: status as RqStatus, after: after || '0-0' };
};
