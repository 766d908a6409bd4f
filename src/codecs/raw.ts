import type { Codec } from './codec.ts';

/** Takes more than it gives: the codec of a `Queue<Buffer>`, and of any queue of what it takes. */
export interface RawCodec extends Codec<Buffer | Uint8Array | string> {
  readonly decode: {
    (bytes: Buffer): Buffer;
    // The last one is what a queue infers its payload from: what may be put.
    (bytes: Buffer): Buffer | Uint8Array | string;
  };
}

/** Bytes as they are: a Buffer, Uint8Array or string (as UTF-8) in, a Buffer out. */
export const raw: RawCodec = {
  name: 'raw',
  encode: (value) => {
    if (typeof value === 'string') return Buffer.from(value);
    if (Buffer.isBuffer(value)) return value;
    if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    throw new TypeError(`raw takes a Buffer, a Uint8Array or a string, not ${value === null ? 'null' : typeof value}`);
  },
  // A copy: the bytes it was given are a window on everything that arrived with them.
  decode: (bytes: Buffer) => Buffer.from(bytes),
};
