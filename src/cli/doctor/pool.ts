import { POOL_LAYOUT, poolKeysOf } from '../../broker/keys.ts';
import type { Target } from '../redis.ts';
import type { Finding } from './finding.ts';
import { type ExamOptions, orderly, Strays, type Types, unknownKeys, wrongTypes } from './keys.ts';

const TYPES: Types = { members: 'hash', due: 'zset', leases: 'zset', rounds: 'hash', wake: 'zset', meta: 'hash' };
/** Keys that have ids of members in them. */
const PLACES = ['due', 'leases', 'rounds'];

/** The keys of one pool, examined as those of a queue are. */
export const examinePool = async (
  target: Target,
  prefix: string,
  name: string,
  present: readonly string[],
  options: ExamOptions,
): Promise<Finding[]> => {
  const keys = poolKeysOf(prefix, name);
  const wrong = await wrongTypes(target, name, keys, present, TYPES);
  if (wrong.length > 0) return wrong;
  // A pool has no ghosts: that key is never there.
  const strays = new Strays(
    target,
    name,
    { ...keys, tasks: keys.members, ghosts: `${keys.members}:ghosts` },
    POOL_LAYOUT,
    options,
  );
  return orderly(name, async () => [...unknownKeys(name, present, TYPES), ...(await strays.findings(PLACES))]);
};
