import { hash, randomBytes } from 'node:crypto';
import type { Entry } from '../broker/broker.ts';
import type { Until } from '../broker/gate.ts';
import * as check from '../check.ts';
import type { Codecs } from '../codecs/codecs.ts';
import type { PutOptions } from '../put.ts';

/** What twins are, and until when they are kept out. */
export interface Unique {
  /** Default: the payload as it is encoded. */
  readonly by: ((payload: never) => string) | undefined;
  readonly until: Until;
}

// Ids are this process's own random name and a running number of constant width: short, unique, and in
// order of creation even when Redis sorts them as text.
const PROCESS = randomBytes(9).toString('base64url').replaceAll('-', '.');
let created = 36 ** 6;
const newId = (): string => PROCESS + (created++).toString(36);

/** Payloads as storage takes them, each with its id. `unique`: of a queue that keeps twins out. */
export class Entries {
  readonly #codecs: Codecs;
  readonly #unique: Unique | undefined;

  constructor(codecs: Codecs, unique?: Unique) {
    this.#codecs = codecs;
    this.#unique = unique;
  }

  /** Of one call; `where` is the method to name when what the caller computes is no text. Throws a QueueError CODEC. */
  of<T>(where: string, payloads: readonly T[], options: PutOptions<T>): Entry[] {
    const entries: Entry[] = [];
    // Not `map`: it would pass over the holes of a sparse array.
    for (let i = 0; i < payloads.length; i++) entries.push(this.#entry(where, payloads[i] as T, options, i));
    return entries;
  }

  #entry<T>(where: string, payload: T, options: PutOptions<T>, i: number): Entry {
    const { id, codec, headers, delay = 0, front = false, priority = 0 } = options;
    const [name, body] = this.#codecs.encode(payload, codec);
    const chosen = typeof id === 'function' ? check.text(where, `id(payload ${i})`, id(payload, i)) : id;
    const digest = this.#unique === undefined ? undefined : digestOf(where, this.#unique, payload, body);
    const own = chosen !== undefined;
    return { id: chosen ?? newId(), own, codec: name, headers, body, delay, front, priority, digest };
  }
}

/** 132 bits of SHA-256. */
const digestOf = (where: string, { by }: Unique, payload: unknown, body: Buffer | string): string => {
  const text = by === undefined ? body : check.text(where, 'unique.by(payload)', by(payload as never));
  return hash('sha256', text, 'base64url').slice(0, 22);
};
