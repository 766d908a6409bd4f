import type { Broker } from './broker.ts';
import { type Connection, MEMORY } from './connection.ts';
import { memoryBroker } from './memory.ts';
import { provided } from './provided.ts';
import { RedisBroker } from './redis.ts';
import type { Replicas } from './replicated.ts';

/** The storage a connection leads to. Kept in memory it has no replicas, and waits for none. */
export const openBroker = (
  connection: Connection,
  prefix: string,
  queue: string,
  patience: number,
  replicas?: Replicas,
): Broker => {
  const given = provided(connection);
  if (given !== undefined) return given;
  if (connection === MEMORY) return memoryBroker(prefix, queue);
  return new RedisBroker(connection, prefix, queue, patience, replicas);
};
