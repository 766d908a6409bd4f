import { LONGEST_INT } from './limits.ts';
import { encodeLong } from './numbers.ts';
import { OP } from './opcodes.ts';
import type { Sink } from './sink.ts';

export const writeFloat = (sink: Sink, value: number): void => {
  sink.u8(OP.BINFLOAT);
  sink.f64(value);
};

export const writeBigint = (sink: Sink, value: bigint): void => {
  if (value >= -0x8000_0000n && value <= 0x7fff_ffffn) return writeInt(sink, Number(value));
  const bytes = encodeLong(value);
  if (bytes.length > LONGEST_INT)
    throw new RangeError(`a bigint of ${bytes.length} bytes is longer than ${LONGEST_INT}`);
  sink.u8(bytes.length < 256 ? OP.LONG1 : OP.LONG4);
  if (bytes.length < 256) sink.u8(bytes.length);
  else sink.u32(bytes.length);
  sink.raw(bytes);
};

const writeInt = (sink: Sink, value: number): void => {
  if (value >= 0 && value <= 0xff) return sink.u8(OP.BININT1, value);
  if (value >= 0 && value <= 0xffff) {
    sink.u8(OP.BININT2);
    return sink.u16(value);
  }
  sink.u8(OP.BININT);
  sink.i32(value);
};

/** An int where the number is whole and exact, else a float: -0 and 1e300 are floats. */
export const writeNumber = (sink: Sink, value: number): void => {
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) return writeFloat(sink, value);
  if (value >= -0x8000_0000 && value <= 0x7fff_ffff) return writeInt(sink, value);
  writeBigint(sink, BigInt(value));
};
