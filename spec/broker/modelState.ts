import { KEY_NAMES, keysOf } from '../../src/broker/keys.ts';
import type { MemoryStore } from '../../src/broker/memoryStore.ts';
import type { MemoryTask } from '../../src/broker/memoryTask.ts';

// All that a queue holds, read behind the port's back and brought into one form.

interface Known {
  readonly id: string;
  readonly deliveries: number;
  readonly failures: number;
  /** When the first of them was; 0 without one. */
  readonly failingSince: number;
  readonly priority: number;
}

export interface State {
  /** In the order of delivery. */
  readonly ready: readonly Known[];
  readonly delayed: readonly (Known & { readonly due: number; readonly front: boolean })[];
  readonly leased: readonly (Known & { readonly end: number })[];
  readonly dead: readonly (Known & { readonly died: number; readonly why: string })[];
  /** Whether a wake-up lies ready. */
  readonly armed: boolean;
  /** Whether one about room does. */
  readonly roomy: boolean;
  /** Whether somebody may wait for room. */
  readonly crowded: boolean;
  /** Which tasks keep their twins out. */
  readonly twins: readonly string[];
}

/** KEYS: the queue's, as in keys.ts, then the clock. ARGV: seconds and µs to set the clock to. */
export const READ_AND_SET_CLOCK = `
local answer = {}
local read = { list = { 'LRANGE', 0, -1 }, hash = { 'HGETALL' }, zset = { 'ZRANGE', 0, -1, 'WITHSCORES' } }
for i = 1, #KEYS - 1 do
  local call = read[redis.call('TYPE', KEYS[i]).ok]
  answer[i] = call and redis.call(call[1], KEYS[i], unpack(call, 2)) or {}
end
redis.call('DEL', KEYS[#KEYS])
redis.call('RPUSH', KEYS[#KEYS], ARGV[1], ARGV[2])
return answer`;

export const QUEUE = 'model';
export const PREFIX = 'millrace-spec';
export const KEYS: readonly string[] = KEY_NAMES.map((name) => keysOf(PREFIX, QUEUE)[name]);

export type RawState = readonly (readonly string[])[];

const pairs = (flat: readonly string[]): [string, string][] => {
  const found: [string, string][] = [];
  for (let i = 0; i < flat.length; i += 2) found.push([flat[i] as string, flat[i + 1] as string]);
  return found;
};

/** Whose entries in the line stand for tasks that were removed: take skips them when it gets there. */
export const ghostsIn = (raw: RawState): ReadonlySet<string> =>
  new Set(pairs(raw[KEY_NAMES.indexOf('ghosts')] ?? []).map(([id]) => id));

/** The same, read from what lies in Redis; throws when that contradicts itself. */
export const redisState = (raw: RawState): State => {
  const of = (name: (typeof KEY_NAMES)[number]): readonly string[] => raw[KEY_NAMES.indexOf(name)] ?? [];
  const [priorities, digests] = [new Map(pairs(of('priorities'))), new Map(pairs(of('digests')))];
  const [ofTheLiving, ofTheDead] = [new Map(pairs(of('returns'))), new Map(pairs(of('deadReturns')))];
  const [returns, failures, ghosts] = [
    new Map([...ofTheLiving, ...ofTheDead]),
    new Map(pairs(of('failures'))),
    new Map(pairs(of('ghosts'))),
  ];
  const meta = new Map(pairs(of('meta')));
  const leased = pairs(of('leases'));
  const isLeased = new Set(leased.map(([id]) => id));
  const known = (id: string): Known => ({
    id,
    deliveries: Math.abs(Number.parseInt(returns.get(id) ?? '0', 10)) + (isLeased.has(id) ? 1 : 0),
    failures: Number(failures.get(id)?.split(' ')[0] ?? 0),
    failingSince: Number(failures.get(id)?.split(' ')[1] ?? 0),
    priority: Number(priorities.get(id) ?? 0),
  });
  const why = (id: string): string => failures.get(id)?.replace(/^\d+ \d+ /, '') ?? '';
  const ms = (score: string): number => Math.floor(Number(score) / 1_000);

  const state: State = {
    ready: [...pairs(of('urgent')).map(([id]) => id), ...withoutGhosts(of('ready'), ghosts)].map(known),
    delayed: pairs(of('delayed')).map(([id, at]) => ({ ...known(id), due: ms(at), front: Number(at) % 2 === 1 })),
    leased: leased.map(([id, at]) => ({ ...known(id), end: ms(at) })),
    dead: pairs(of('dead')).map(([id, at]) => ({ ...known(id), died: ms(at), why: why(id) })),
    armed: of('wake').length > 0,
    roomy: of('room').length > 0,
    crowded: meta.get('crowded') === '1',
    twins: twinsIn(pairs(of('twins'))),
  };

  const tasks = pairs(of('tasks')).map(([id]) => id);
  const placed = [...state.ready, ...state.delayed, ...state.leased, ...state.dead].map(({ id }) => id);
  same('each task is in exactly one place', placed, tasks);
  const there = new Set(tasks);
  none(
    'notes on tasks that are gone',
    [...returns.keys(), ...failures.keys(), ...priorities.keys(), ...digests.keys()].filter((id) => !there.has(id)),
  );
  const isDead = new Set(state.dead.map(({ id }) => id));
  none(
    'returns of the dead among those of the living',
    [...ofTheLiving.keys()].filter((id) => isDead.has(id)),
  );
  none(
    'returns of the living among those of the dead',
    [...ofTheDead.keys()].filter((id) => !isDead.has(id)),
  );
  none(
    'twins kept out by tasks that are gone',
    pairs(of('twins'))
      .map(([, id]) => id)
      .filter((id) => !there.has(id)),
  );
  none(
    'renewals of leases that are over',
    pairs(of('held'))
      .map(([id]) => id)
      .filter((id) => !isLeased.has(id)),
  );
  const owed = [...ghosts.values()].reduce((sum, count) => sum + Math.abs(Number(count)), 0);
  same('ghosts are counted', [String(owed)], [meta.get('ghosts') ?? '0']);
  return state;
};

const twinsIn = (twins: readonly (readonly [string, string])[]): string[] =>
  twins.map(([digest, id]) => `${digest} ${id}`).sort();

export const memoryState = ({ shelves, wake, room, crowded, twins }: MemoryStore): State => {
  const known = ({ id, deliveries, failures, failingSince, priority }: MemoryTask): Known => ({
    id,
    deliveries,
    failures,
    failingSince,
    priority,
  });
  return {
    ready: shelves.ready.slice(0).map(known),
    delayed: shelves.delayed.slice(0).map((task) => ({ ...known(task), due: task.at, front: task.front })),
    leased: shelves.leased.slice(0).map((task) => ({ ...known(task), end: task.at })),
    dead: shelves.dead.slice(0).map((task) => ({ ...known(task), died: task.at, why: `${task.dead} ${task.message}` })),
    armed: wake.armed,
    roomy: room.armed,
    crowded,
    twins: twinsIn(twins.holders),
  };
};

/** The entries of the list that stand for a task: the first so many of each id do not. */
const withoutGhosts = (line: readonly string[], ghosts: ReadonlyMap<string, string>): string[] => {
  const owed = new Map([...ghosts].map(([id, count]) => [id, Number(count)]));
  return line.filter((id) => {
    const left = owed.get(id) ?? 0;
    owed.set(id, left - 1);
    return left <= 0;
  });
};

const none = (what: string, ids: readonly string[]): void => same(`no ${what}`, ids, []);

const same = (rule: string, actual: readonly string[], expected: readonly string[]): void => {
  const [found, wanted] = [actual, expected].map((ids) => [...ids].sort().join(' '));
  if (found !== wanted) throw new Error(`${rule}: found "${found}", expected "${wanted}"`);
};
