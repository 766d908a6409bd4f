import type { DeadReason } from '../task.ts';
import type { DeadLetter, Delivery, Taken } from './broker.ts';
import { open } from './envelope.ts';
import { type Past, Received } from './received.ts';

// How the scripts' replies read on our side; their shapes are said in the scripts' headers.

export type TakeReply = readonly [
  head: readonly [now: number, dueAt: number, left: number],
  ids: Buffer,
  envelopes: readonly (Buffer | null)[],
  history: readonly (number | Buffer)[],
  buried: readonly Buffer[],
];

interface Failed extends Past {
  readonly why: string;
  readonly message: string;
}

const NEVER: Failed = { count: 0, first: 0, why: '-', message: '' };

/** `<count> <ms of the first> <why dead or -> <last reason>` */
const readFailures = (text: string): Failed => {
  const [, count, first, why, message] = /^(\d+) (\d+) (\S+) ([\s\S]*)$/.exec(text) ?? [];
  if (count === undefined) return NEVER;
  return { count: Number(count), first: Number(first), why: why ?? '-', message: message ?? '' };
};

/** What is said of a task that was put longer ago than it may wait. */
export const tooOld = (maxAge: number | undefined): string => `older than ${maxAge} ms`;

/** `returns/generation`, below zero when the lease ran out: one delivery more than that is this one. */
const deliveriesOf = (token: string): number => Math.abs(Number.parseInt(token || '0', 10)) + 1;

export const readTaken = (reply: TakeReply, lease: number, maxAge?: number): Taken => {
  const [[now, dueAt, left], named, envelopes, history, old] = reply;
  const ids = JSON.parse(named.toString()) as string[];
  const deliveries: Delivery[] = [];
  const missing: string[] = [];
  let next = 0;
  for (const [i, id] of ids.entries()) {
    const envelope = envelopes[i];
    let token = '';
    let failed = NEVER;
    if (history[next] === i + 1) {
      token = String(history[next + 1]);
      failed = readFailures(String(history[next + 2]));
      next += 3;
    }
    if (envelope == null) missing.push(id);
    else deliveries.push(new Received(id, token, deliveriesOf(token), failed, open(envelope), now, lease));
  }
  const buried = old.map((id) => ({ id: String(id), message: tooOld(maxAge) }));
  return { deliveries, missing, buried, left, dueIn: dueAt < 0 ? undefined : Math.max(dueAt - now, 0) };
};

export const readDead = (reply: readonly (readonly (Buffer | null)[])[]): DeadLetter[] => {
  const [ids = [], died = [], envelopes = [], returns = [], failures = []] = reply;
  return ids.map((id, i) => {
    const { enqueuedAt, codec, headers, body } = open(envelopes[i] ?? Buffer.alloc(0));
    const { count, why, message } = readFailures(String(failures[i] ?? ''));
    return {
      id: String(id),
      codec,
      headers,
      body,
      enqueuedAt,
      diedAt: Math.floor(Number(died[i]) / 1_000),
      deliveries: deliveriesOf(String(returns[i] ?? '')) - 1,
      failures: count,
      reason: why as DeadReason,
      message,
    };
  });
};
