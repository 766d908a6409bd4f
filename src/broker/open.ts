import type { Broker } from './broker.ts';
import { MEMORY } from './connection.ts';
import { memoryBroker } from './memory.ts';
import { provided } from './provided.ts';
import { type BrokerOptions, RedisBroker } from './redis.ts';

/** The storage a connection leads to. Kept in memory it has no replicas, and waits for none. */
export const openBroker = (options: BrokerOptions): Broker => {
  const { connection, prefix, queue, maxAge } = options;
  const given = provided(connection);
  if (given !== undefined) return given;
  return connection === MEMORY ? memoryBroker(prefix, queue, maxAge) : new RedisBroker(options);
};
