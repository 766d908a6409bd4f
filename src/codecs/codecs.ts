import { callable, outOfRange, text, wrongType } from '../check.ts';
import { QueueError } from '../errors.ts';
import type { Codec } from './codec.ts';
import { json } from './json.ts';
import { msgpack } from './msgpack.ts';
import { pickle } from './pickle.ts';
import { raw } from './raw.ts';
import { yaml } from './yaml.ts';

// biome-ignore lint/suspicious/noExplicitAny: a table of codecs of any payload; `any` never leaves this file.
type AnyCodec = Codec<any>;

const builtIn: readonly AnyCodec[] = [json, raw, msgpack, yaml, pickle];
const known = new Map<string, AnyCodec>(builtIn.map((codec) => [codec.name, codec]));

/**
 * Makes a codec known by its name to all queues of this process, also to those that there are already: to write with
 * when it is named, and to read what was written with it. A codec of that name that is known already, a built-in one
 * included, is replaced; a codec given to a queue itself still comes first there.
 *
 * Throws     TypeError or RangeError at call time, when it is no codec or its name is empty or has white space.
 */
export const registerCodec = <T>(codec: Codec<T>): void => {
  const expected = '{ name, encode, decode }';
  if (typeof codec !== 'object' || codec === null) throw wrongType('registerCodec', 'codec', codec, expected);
  const name = text('registerCodec', 'codec.name', codec.name);
  if (/\s/.test(name)) throw outOfRange('registerCodec', 'codec.name', name, 'no white space');
  callable('registerCodec', 'codec.encode', codec.encode);
  callable('registerCodec', 'codec.decode', codec.decode);
  if (codec.encodeText !== undefined) callable('registerCodec', 'codec.encodeText', codec.encodeText);
  known.set(name, codec);
};

// A package that is missing is neither the payload's fault nor what is stored: that error says it all.
const failed = (what: string, cause: unknown): QueueError => {
  if (cause instanceof QueueError) return cause;
  const why = cause instanceof Error ? cause.message : String(cause);
  return new QueueError('CODEC', `${what}: ${why}`, { cause, heals: false });
};

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
      if (body instanceof Uint8Array) return [name, Buffer.from(body.buffer, body.byteOffset, body.byteLength)];
      throw new TypeError(`it made ${body === null ? 'null' : `a value of type ${typeof body}`}, not a Buffer`);
    } catch (cause) {
      throw failed(`${name} cannot encode this payload`, cause);
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
      throw failed(`${name} cannot decode what is stored`, cause);
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
