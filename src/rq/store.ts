import type { Argument } from '../broker/call.ts';
import { Caller } from '../broker/call.ts';
import { type Connection, checkConnection, connect, DEFAULT_URL, type Lines, MEMORY } from '../broker/connection.ts';
import type { Link } from '../broker/link.ts';
import type { Script } from '../broker/script.ts';
import * as check from '../check.ts';
import { Err, Ok, type Result } from '../result.ts';
import { asRqError, cluster, type RqError } from './errors.ts';
import { scripts } from './scripts.ts';

/** What a connection of `millrace/rq` may be: as for a Queue, but no Cluster and not `memory:`. */
export type RqConnection = Exclude<Connection, { nodes: unknown }>;

export interface RunOptions {
  /** ms to wait for a Redis that is away; default: the store's. */
  readonly patience?: number;
  /** Which argument becomes 1 when the call is repeated because its reply was lost. */
  readonly again?: number;
}

/** How long an unreachable Redis is waited for, ms, unless said otherwise. */
export const PATIENCE = 10_000;

const checked = (where: string, connection: unknown): Connection => {
  const given = connection ?? process.env.REDIS_URL ?? DEFAULT_URL;
  if (given === MEMORY) throw check.outOfRange(where, 'connection', given, 'a Redis: Python has to reach it, too');
  const valid = checkConnection(where, given);
  if (typeof valid === 'string') return valid;
  if ('nodes' in valid || ('isCluster' in valid && valid.isCluster === true)) throw cluster();
  const prefix =
    'options' in valid ? Reflect.get(valid.options as object, 'keyPrefix') : Reflect.get(valid, 'keyPrefix');
  if (typeof prefix === 'string' && prefix !== '')
    throw check.outOfRange(where, 'connection.keyPrefix', prefix, "none: RQ's keys have no prefix");
  return valid;
};

/** Redis, as all of `millrace/rq` speaks to it. Opens no connection before it is used. */
export class RqStore {
  readonly #lines: Lines;
  readonly #caller: Caller;
  readonly #patience: number;
  #closed = false;

  /** Throws TypeError or RangeError naming what is wrong with them, and RqError CLUSTER for a Cluster. */
  constructor(where: string, connection: unknown, patience: unknown = PATIENCE) {
    this.#patience = check.milliseconds(where, 'patience', patience, { max: check.LONGEST, unlimited: true });
    this.#lines = connect(checked(where, connection));
    this.#caller = new Caller(this.#lines.commands, {} as never);
  }

  /** The reply, strings as Buffers. Rejects with an RqError only. */
  async run(script: Script, args: readonly Argument[], { patience, again }: RunOptions = {}): Promise<unknown> {
    const given = [...args];
    const repeated = () => {
      if (again !== undefined) given[again] = 1;
    };
    try {
      return await this.#caller.run(script, given, patience ?? this.#patience, repeated);
    } catch (error) {
      throw asRqError(error);
    }
  }

  /** One command that may be repeated. Rejects with an RqError only. */
  command(...args: readonly Argument[]): Promise<unknown> {
    return this.run(scripts.command, args);
  }

  /** A connection of its own, for waiting. Whoever asks closes it. */
  blocking(): Link {
    return this.#lines.own('wait');
  }

  get closed(): boolean {
    return this.#closed;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#caller.close();
    this.#lines.release();
  }
}

/** A promise that may reject as one that never does. */
export const settled = async <T>(answer: Promise<T>): Promise<Result<T, RqError>> => {
  try {
    return Ok(await answer);
  } catch (error) {
    return Err(asRqError(error));
  }
};

/** What Redis answered, as text. */
export const textOf = (reply: unknown): string =>
  Buffer.isBuffer(reply) ? reply.toString('utf8') : String(reply ?? '');

/** A flat reply of fields and values. */
export const hashOf = (reply: unknown): Map<string, Buffer> => {
  const flat = reply as Buffer[];
  const fields = new Map<string, Buffer>();
  for (let i = 0; i + 1 < flat.length; i += 2) fields.set(textOf(flat[i]), flat[i + 1] as Buffer);
  return fields;
};
