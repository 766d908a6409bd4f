/** Every key of a queue, spelled once. What each holds is said in the headers of lua/*.lua. */
export const KEY_NAMES = [
  'tasks',
  'ready',
  'urgent',
  'priorities',
  'delayed',
  'leases',
  'held',
  'returns',
  'failures',
  'dead',
  'deadReturns',
  'ghosts',
  'twins',
  'digests',
  'wake',
  'room',
  'totals',
  'meta',
] as const;

export type KeyName = (typeof KEY_NAMES)[number];

/** The layout of these keys. A queue written by a version with another one is refused, not misread. */
export const LAYOUT = '1';

/** Every key of a pool. What each holds is said in the headers of lua/pool/*.lua. */
export const POOL_KEY_NAMES = ['members', 'due', 'leases', 'rounds', 'wake', 'meta'] as const;

/** The layout of these. It stands where a queue's does, so that neither takes the other for its own. */
export const POOL_LAYOUT = 'pool-1';

const spelled = <Name extends string>(names: readonly Name[], prefix: string, owner: string) =>
  Object.fromEntries(names.map((name) => [name, `${prefix}:{${owner}}:${name}`])) as Readonly<Record<Name, string>>;

/** `millrace:{orders}:ready`. The braces are a hash tag: all keys of a queue share one Cluster slot. */
export const keysOf = (prefix: string, queue: string) => spelled(KEY_NAMES, prefix, queue);

/** `millrace:{feeds}:due`. */
export const poolKeysOf = (prefix: string, pool: string) => spelled(POOL_KEY_NAMES, prefix, pool);
