import { decode, inflated, type RqSerializer } from './serializer.ts';
import { hashOf, textOf } from './store.ts';

const TYPES = { 1: 'successful', 2: 'failed', 3: 'stopped', 4: 'retried', 5: 'max-retries-exceeded' } as const;

/** How one attempt at a job ended. */
export interface RqAttempt {
  /** Of its entry in the job's results. */
  readonly id: string;
  readonly type: (typeof TYPES)[keyof typeof TYPES];
  readonly createdAt: Date;
  /** Of a successful attempt; null for Python's None. */
  readonly value?: unknown;
  /** Of a failed one: the text its worker left. */
  readonly traceback?: string;
  /** Where RQ tells it (2.5 or newer). */
  readonly workerName?: string;
}

/** Reads an entry of `rq:results:<id>`. Throws RqError SERIALIZER when its value cannot be read. */
export const readAttempt = (serializer: RqSerializer, job: string, entry: readonly [unknown, unknown]): RqAttempt => {
  const id = textOf(entry[0]);
  const fields = hashOf(entry[1]);
  const type = TYPES[Number(textOf(fields.get('type'))) as keyof typeof TYPES] ?? 'failed';
  const base64 = (name: string) => Buffer.from(textOf(fields.get(name)), 'base64');
  const value = fields.has('return_value')
    ? decode(serializer, `the result of job ${job}`, base64('return_value'))
    : null;
  const workerName = textOf(fields.get('worker_name'));
  return {
    id,
    type,
    createdAt: new Date(Number(id.split('-')[0])),
    ...(type === 'successful' && { value }),
    ...(fields.has('exc_string') && { traceback: inflated(base64('exc_string')).toString('utf8') }),
    ...(workerName !== '' && { workerName }),
  };
};
