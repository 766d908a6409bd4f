/** Every key of a queue, spelled once. What each holds is said in the headers of lua/*.lua. */
export const KEY_NAMES = [
  'tasks',
  'ready',
  'delayed',
  'leases',
  'held',
  'returns',
  'failures',
  'dead',
  'ghosts',
  'wake',
  'totals',
  'meta',
] as const;

export type KeyName = (typeof KEY_NAMES)[number];

/** The layout of these keys. A queue written by a version with another one is refused, not misread. */
export const LAYOUT = '1';

/** `millrace:{orders}:ready`. The braces are a hash tag: all keys of a queue share one Cluster slot. */
export const keysOf = (prefix: string, queue: string): Readonly<Record<KeyName, string>> =>
  Object.fromEntries(KEY_NAMES.map((name) => [name, `${prefix}:{${queue}}:${name}`])) as Record<KeyName, string>;
