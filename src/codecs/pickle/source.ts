import { PickleError } from './error.ts';

/** Reads on through the bytes of a pickle, and never beyond them. */
export class Source {
  readonly #bytes: Buffer;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** A window on the next bytes, not a copy. The length is checked first, however large it claims to be. */
  take(length: number): Buffer {
    const end = this.at + length;
    if (end > this.#bytes.length) throw new PickleError('it ends too early');
    const taken = this.#bytes.subarray(this.at, end);
    this.at = end;
    return taken;
  }

  /** Up to the next line feed, which is read as well. */
  line(): Buffer {
    const end = this.#bytes.indexOf(0x0a, this.at);
    if (end < 0) throw new PickleError('it ends within a line');
    const line = this.#bytes.subarray(this.at, end);
    this.at = end + 1;
    return line;
  }

  /** Throws when fewer bytes are left. */
  expect(length: number): void {
    if (this.at + length > this.#bytes.length) throw new PickleError('it ends too early');
  }

  u8(): number {
    const byte = this.#bytes[this.at];
    if (byte === undefined) throw new PickleError('it ends too early');
    this.at += 1;
    return byte;
  }

  u16(): number {
    return this.take(2).readUInt16LE();
  }

  u32(): number {
    return this.take(4).readUInt32LE();
  }

  i32(): number {
    return this.take(4).readInt32LE();
  }

  f64(): number {
    return this.take(8).readDoubleBE();
  }

  /** A length of eight bytes; one beyond 2 ** 53 is only nearly right, and too long either way. */
  u64(): number {
    return Number(this.take(8).readBigUInt64LE());
  }
}
