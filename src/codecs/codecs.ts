import { QueueError } from '../errors.ts';
import type { Codec } from './codec.ts';
import { json } from './json.ts';
import { raw } from './raw.ts';

// biome-ignore lint/suspicious/noExplicitAny: a table of codecs of any payload; `any` never leaves this file.
type AnyCodec = Codec<any>;

const known: ReadonlyMap<string, AnyCodec> = new Map([json, raw].map((codec: AnyCodec) => [codec.name, codec]));

/** What a queue reads and writes: its own codec, and every one that is known by name. */
export class Codecs {
  readonly #own: AnyCodec | undefined;
  readonly #name: string;

  constructor(codec: string | AnyCodec) {
    this.#own = typeof codec === 'string' ? undefined : codec;
    this.#name = typeof codec === 'string' ? codec : codec.name;
  }

  /** The payload as bytes or text, and the name to store with it. Throws a QueueError CODEC. */
  encode(value: unknown, name: string = this.#name): readonly [name: string, body: Buffer | string] {
    const codec = this.#find(name);
    try {
      const body: unknown = codec.encodeText === undefined ? codec.encode(value) : codec.encodeText(value);
      if (typeof body === 'string' || Buffer.isBuffer(body)) return [name, body];
      throw new TypeError(`it made ${body === null ? 'null' : `a value of type ${typeof body}`}, not a Buffer`);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new QueueError('CODEC', `${name} cannot encode this payload: ${why}`, { cause, heals: false });
    }
  }

  /** Throws a QueueError CODEC. */
  decode(name: string | undefined, bytes: Buffer): unknown {
    if (name === undefined)
      throw new QueueError('CODEC', 'What is stored is not a task of this layout', { heals: false });
    const codec = this.#find(name);
    try {
      return codec.decode(bytes);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new QueueError('CODEC', `${name} cannot decode what is stored: ${why}`, { cause, heals: false });
    }
  }

  #find(name: string): AnyCodec {
    const codec = this.#own?.name === name ? this.#own : known.get(name);
    if (codec !== undefined) return codec;
    const names = [...new Set([...known.keys(), ...(this.#own === undefined ? [] : [this.#own.name])])];
    throw new QueueError('CODEC', `No codec is called ${JSON.stringify(name)}; known: ${names.join(', ')}`, {
      heals: false,
    });
  }
}
