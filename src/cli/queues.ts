import type { Redis } from 'ioredis';
import { keysOf, POOL_LAYOUT } from '../broker/keys.ts';
import type { Target } from './redis.ts';

/** Keys looked at per step. */
const STEP = 1_000;

const literally = (text: string): string => text.replace(/[\\*?[\]]/g, '\\$&');

/** Which keys each queue has, by name: found in bounded steps, on every node of a Cluster. */
export const queueKeysFound = async (
  target: Target,
  prefix: string,
  signal: AbortSignal,
  name = '*',
): Promise<Map<string, string[]>> => {
  const begin = `${prefix}:{`;
  const queues = new Map<string, string[]>();
  const scan = async (node: Redis): Promise<void> => {
    let cursor = '0';
    do {
      const [next, keys] = await node.scan(cursor, 'MATCH', `${literally(begin)}*}:${name}`, 'COUNT', STEP);
      for (const key of new Set(keys)) {
        const end = key.lastIndexOf('}:');
        const queue = key.slice(begin.length, end);
        queues.set(queue, [...(queues.get(queue) ?? []), key.slice(end + 2)]);
      }
      cursor = next;
    } while (cursor !== '0' && !signal.aborted);
  };
  await Promise.all(target.nodes.map(scan));
  return queues;
};

/** Names of queues and of pools, each sorted. */
export interface Names {
  readonly queues: readonly string[];
  readonly pools: readonly string[];
}

/** All that there is of a prefix, or of these names: each has its `meta`, which says what it is. */
export const allNames = async (
  target: Target,
  prefix: string,
  signal: AbortSignal,
  only: readonly string[] = [],
): Promise<Names> => {
  const names = only.length > 0 ? only : [...(await queueKeysFound(target, prefix, signal, 'meta')).keys()].sort();
  const layouts = await Promise.all(names.map((name) => target.call('HGET', keysOf(prefix, name).meta, 'layout')));
  const pools = names.filter((_, i) => layouts[i] === POOL_LAYOUT);
  return { pools, queues: names.filter((name, i) => layouts[i] !== null && !pools.includes(name)) };
};
