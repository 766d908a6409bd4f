import { OP } from './opcodes.ts';
import { encodeHalves } from './text.ts';

/** Collects the bytes of a pickle. */
export class Sink {
  #bytes = Buffer.allocUnsafe(512);
  #at = 0;

  /** All so far; nothing may be written after that. */
  done(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }

  u8(...values: readonly number[]): void {
    this.#room(values.length);
    for (const value of values) this.#at = this.#bytes.writeUInt8(value, this.#at);
  }

  u16(value: number): void {
    this.#room(2);
    this.#at = this.#bytes.writeUInt16LE(value, this.#at);
  }

  i32(value: number): void {
    this.#room(4);
    this.#at = this.#bytes.writeInt32LE(value, this.#at);
  }

  u32(value: number): void {
    this.#room(4);
    this.#at = this.#bytes.writeUInt32LE(value, this.#at);
  }

  f64(value: number): void {
    this.#room(8);
    this.#at = this.#bytes.writeDoubleBE(value, this.#at);
  }

  /** Bytes as they are. */
  raw(bytes: Uint8Array): void {
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  text(text: string): void {
    // Short ones, which most are, are written where they belong and measured then.
    if (text.length <= 85) {
      this.#room(2 + 3 * text.length);
      const length = this.#bytes.write(text, this.#at + 2, 'utf8');
      // Only text that is not ASCII can hold half of a surrogate pair, for which this form is wrong.
      if (length === text.length || encodeHalves(text) === undefined) {
        this.#bytes[this.#at] = OP.SHORT_BINUNICODE;
        this.#bytes[this.#at + 1] = length;
        this.#at += 2 + length;
        return;
      }
    }
    const bytes = encodeHalves(text) ?? Buffer.from(text);
    if (bytes.length < 256) this.u8(OP.SHORT_BINUNICODE, bytes.length);
    else this.#long(OP.BINUNICODE, OP.BINUNICODE8, bytes.length);
    this.raw(bytes);
  }

  bytes(bytes: Uint8Array): void {
    if (bytes.length < 256) this.u8(OP.SHORT_BINBYTES, bytes.length);
    else this.#long(OP.BINBYTES, OP.BINBYTES8, bytes.length);
    this.raw(bytes);
  }

  #long(opcode: number, wide: number, length: number): void {
    if (length <= 0xffff_ffff) {
      this.u8(opcode);
      this.u32(length);
    } else {
      this.u8(wide);
      this.#room(8);
      this.#at = this.#bytes.writeBigUInt64LE(BigInt(length), this.#at);
    }
  }

  #room(more: number): void {
    if (this.#at + more <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#at + more));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}
