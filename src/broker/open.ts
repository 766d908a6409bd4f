import type { Broker } from './broker.ts';
import { type Connection, MEMORY } from './connection.ts';
import { memoryBroker } from './memory.ts';
import { provided } from './provided.ts';
import { RedisBroker } from './redis.ts';

/** The storage a connection leads to. */
export const openBroker = (connection: Connection, prefix: string, queue: string, patience: number): Broker => {
  const given = provided(connection);
  if (given !== undefined) return given;
  return connection === MEMORY ? memoryBroker(prefix, queue) : new RedisBroker(connection, prefix, queue, patience);
};
