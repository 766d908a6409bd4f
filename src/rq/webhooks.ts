import * as check from '../check.ts';
import { duration } from './checks.ts';
import type { RqSeconds } from './enqueueOptions.ts';
import type { RqFields } from './fields.ts';

/** A request that a worker (RQ 2.10 or newer, or ours) sends when the job has finished or failed for good. */
export interface RqWebhook {
  /** `http://…` or `https://…` */
  readonly url: string;
  readonly on: 'finished' | 'failed';
  /** POST carries JSON: job_id, func_name, status, enqueued_at, ended_at, and exc_info of a failure. Default GET. */
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  /** Seconds; default 10. */
  readonly timeout?: RqSeconds;
}

/** What is stored of them. Throws TypeError or RangeError naming what is not what it should be. */
export const printWebhooks = (where: string, given: readonly RqWebhook[]): string =>
  JSON.stringify(
    check.list(where, 'webhooks', given).map((each) => {
      const { url, on, method = 'GET', headers, timeout = 10 } = check.options(where, 'webhooks', each);
      const expected = 'an http:// or https:// URL';
      if (!/^https?:\/\//.test(check.text(where, 'webhooks.url', url, expected)) || !URL.canParse(url as string))
        throw check.outOfRange(where, 'webhooks.url', url, expected);
      return {
        url,
        job_status: check.oneOf(where, 'webhooks.on', on, ['finished', 'failed']),
        method: check.oneOf(where, 'webhooks.method', method, ['GET', 'POST']),
        headers: headers === undefined ? null : check.strings(where, 'webhooks.headers', headers),
        timeout: duration(where, 'webhooks.timeout', timeout, { min: 1 }),
      };
    }),
  );

/** Forgiving: what cannot be read is left out, for it must not stop a worker. */
export const readWebhooks = (text: string): readonly RqWebhook[] => {
  try {
    const list = JSON.parse(text || '[]') as readonly Record<string, unknown>[];
    return list.map(({ url, job_status, method, headers, timeout }) => ({
      url: String(url),
      on: job_status === 'failed' ? 'failed' : 'finished',
      method: method === 'POST' ? 'POST' : 'GET',
      timeout: Number(timeout ?? 10),
      ...(typeof headers === 'object' && headers !== null && { headers: headers as Record<string, string> }),
    }));
  } catch {
    return [];
  }
};

/** As Python's `isoformat`. */
const iso = (date: Date): string => date.toISOString().replace('Z', '000+00:00');

/** Sends those for how the job ended. Never rejects: as in RQ a server that is away fails no job. */
export const sendWebhooks = async (
  job: { readonly id: string; readonly fields: RqFields; readonly func: string },
  status: RqWebhook['on'],
  traceback?: string,
): Promise<void> => {
  const { webhooks, enqueuedAt } = job.fields;
  const payload = (): string =>
    JSON.stringify({
      job_id: job.id,
      func_name: job.func,
      status,
      enqueued_at: enqueuedAt === undefined ? null : iso(enqueuedAt),
      ended_at: iso(new Date()),
      ...(status === 'failed' && { exc_info: traceback }),
    });
  const send = async ({ url, method = 'GET', headers = {}, timeout }: RqWebhook): Promise<void> => {
    const signal = AbortSignal.timeout(Number(timeout) * 1_000);
    const body = method === 'POST' && { body: payload() };
    const type = method === 'POST' && { 'Content-Type': 'application/json' };
    const answer = await fetch(url, { method, headers: { ...type, ...headers }, signal, ...body });
    await answer.body?.cancel();
  };
  await Promise.allSettled(webhooks.filter(({ on }) => on === status).map(send));
};
