import type { Broker } from './broker.ts';

/** Marks a connection that brings its storage along: how `millrace/testing` makes queues in virtual time. Not public. */
export const BROKER = Symbol('millrace.broker');

export interface Provided {
  readonly [BROKER]: Broker;
}

/** The storage that came with a connection, if one did. */
export const provided = (connection: unknown): Broker | undefined =>
  typeof connection === 'object' ? (connection as Partial<Provided> | null)?.[BROKER] : undefined;
