import { MEMORY } from '../connection.ts';
import type { PoolBroker } from './broker.ts';
import { memoryPool } from './memory.ts';
import { type PoolBrokerOptions, RedisPool } from './redis.ts';

/** The storage a connection leads to. */
export const openPool = (options: PoolBrokerOptions): PoolBroker => {
  const { connection, prefix, pool, every } = options;
  return connection === MEMORY ? memoryPool(prefix, pool, every) : new RedisPool(options);
};
