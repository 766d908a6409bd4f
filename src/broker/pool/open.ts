import { type Connection, MEMORY } from '../connection.ts';
import type { Replicas } from '../replicated.ts';
import type { PoolBroker } from './broker.ts';
import { memoryPool } from './memory.ts';
import { RedisPool } from './redis.ts';

/** The storage a connection leads to. `every`: ms from an ack until the member is due again. */
export const openPool = (
  connection: Connection,
  prefix: string,
  pool: string,
  patience: number,
  every: number,
  replicas?: Replicas,
): PoolBroker =>
  connection === MEMORY
    ? memoryPool(prefix, pool, every)
    : new RedisPool(connection, prefix, pool, patience, every, replicas);
