import { open } from '../broker/envelope.ts';
import { keysOf, LAYOUT } from '../broker/keys.ts';
import { decoded } from './payload.ts';
import type { Keys, Target } from './redis.ts';
import { scripts } from './scripts.ts';

export const STATES = ['ready', 'leased', 'delayed', 'dead'] as const;
export type State = (typeof STATES)[number];

/** One task, looked at and not taken. Instants are the Redis server's. */
export interface Seen {
  readonly id: string;
  readonly payload: unknown;
  readonly codec: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly priority: number;
  readonly enqueuedAt: Date;
  /** ms since it was put. */
  readonly age: number;
  readonly deliveries: number;
  readonly failures: number;
  /** The last reason it failed for; of a dead one, why it died. */
  readonly message: string;
  readonly reason: string | undefined;
  /** When it is due, its lease ends, or it died; and how many ms that is from now. */
  readonly at: Date | undefined;
  readonly in: number | undefined;
}

/** What `show` adds. */
export interface Shown extends Seen {
  /** Undefined for a task that is in no place: no consumer will ever get it. */
  readonly state: State | undefined;
  /** How many are delivered before it; undefined when it does not wait, or is too far behind to be found. */
  readonly position: number | undefined;
  readonly takenAt: Date | undefined;
  readonly firstFailureAt: Date | undefined;
}

/** How many places of a line are searched for one task. */
const FAR = 100_000;

/** What a `Queue` does not tell: its tasks, without taking them. */
export class Inspector {
  readonly #target: Target;
  readonly #keys: Keys;

  constructor(target: Target, prefix: string, queue: string) {
    this.#target = target;
    this.#keys = keysOf(prefix, queue);
  }

  /** ms since the task was put that is next in line; undefined when none waits. */
  async oldest(): Promise<number | undefined> {
    const [now = 0, put = 0] = (await this.#run('oldest')) as number[];
    return put < 0 ? undefined : Math.max(now - put, 0);
  }

  /** A page of at most 1,000 tasks in a state, the next one first; and how many places it is long. */
  async peek(state: State, skip: number, most: number): Promise<{ tasks: Seen[]; looked: number }> {
    const reply = (await this.#run('peek', state, skip, most)) as PeekReply;
    const [now, looked, ids, whens, envelopes, returns, failures] = reply;
    const tasks = ids.map((id, i) =>
      seen(Number(now), String(id), {
        envelope: envelopes[i] as Buffer,
        when: whens[i],
        returns: returns[i],
        failures: failures[i],
        waits: state === 'ready' || state === 'delayed',
        dead: state === 'dead',
      }),
    );
    return { tasks, looked };
  }

  async show(id: string): Promise<Shown | undefined> {
    const reply = (await this.#run('show', id, FAR)) as (Buffer | number | null)[];
    const [now, envelope, returns, failures, taken, due, ends, died, rank, place] = reply;
    if (envelope === null) return undefined;
    const state = died !== null ? 'dead' : ends !== null ? 'leased' : due !== null ? 'delayed' : undefined;
    const waits = state === undefined || state === 'delayed';
    const when = died ?? ends ?? due;
    const entry = { envelope: envelope as Buffer, when, returns, failures, waits, dead: state === 'dead' };
    const about = seen(Number(now), id, entry);
    const first = Number(/^\d+ (\d+)/.exec(text(failures))?.[1] ?? 0);
    return {
      ...about,
      state: state ?? (rank !== null || place !== null ? 'ready' : undefined),
      position: rank === null ? ((place as number | null) ?? undefined) : (rank as number),
      takenAt: taken === null || state !== 'leased' ? undefined : new Date(Number(text(taken))),
      firstFailureAt: first > 0 ? new Date(first) : undefined,
    };
  }

  /** Ids of dead letters, in pages: of a reason ('' for any), dead for so many ms at least. */
  async graves(reason: string, age: number, skip: number): Promise<{ ids: string[]; looked: number }> {
    const [ids, looked] = (await this.#run('graves', reason, age, skip, 1_000)) as [Buffer[], number];
    return { ids: ids.map(String), looked };
  }

  /** Forgets dead letters; answers how many were dead. At most 1,000. */
  async bury(ids: readonly string[]): Promise<number> {
    return (await this.#run('bury', ...ids)) as number;
  }

  #run(name: keyof typeof scripts, ...args: readonly (string | number)[]): Promise<unknown> {
    return this.#target.run(scripts[name], this.#keys, [LAYOUT, ...args]);
  }
}

type PeekReply = [Buffer, number, Buffer[], Buffer[], Buffer[], Buffer[], Buffer[]];

interface Entry {
  readonly envelope: Buffer;
  readonly when: Buffer | number | null | undefined;
  readonly returns: Buffer | number | null | undefined;
  readonly failures: Buffer | number | null | undefined;
  /** Whether its next delivery is still to come. */
  readonly waits: boolean;
  readonly dead: boolean;
}

const text = (value: Buffer | number | null | undefined): string => (value == null ? '' : String(value));

const seen = (now: number, id: string, { envelope, when, returns, failures, waits, dead }: Entry): Seen => {
  const { codec, priority, headers, body, enqueuedAt } = open(envelope);
  const [, count = '0', why = '-', message = ''] = /^(\d+) \d+ (\S+) ([\s\S]*)$/.exec(text(failures)) ?? [];
  const us = text(when) === '' ? undefined : Number(text(when));
  // Below zero: the lease ran out. A dead one, or one that waits, has been delivered as often as it came back.
  const returned = Math.abs(Number.parseInt(text(returns) || '0', 10));
  return {
    id,
    payload: decoded(codec, body),
    codec,
    headers,
    priority,
    enqueuedAt: new Date(enqueuedAt),
    age: now / 1_000 - enqueuedAt,
    deliveries: waits || dead ? returned : returned + 1,
    failures: Number(count),
    message,
    reason: why === '-' ? undefined : why,
    at: us === undefined ? undefined : new Date(Math.floor(us / 1_000)),
    in: us === undefined ? undefined : (us - now) / 1_000,
  };
};
