import { PickleError } from './error.ts';
import type { Machine } from './machine.ts';
import { decodeDecimal, decodeFloat, decodeLong } from './numbers.ts';
import { OP } from './opcodes.ts';
import { decodeEscapedText, decodeOldString, decodeQuoted, decodeText } from './text.ts';
import { PyByteArray, PyFloat } from './types.ts';

export type Handler = (machine: Machine) => void;

// A float that would be written as an integer is wrapped where that is asked for.
const float = (machine: Machine, value: number): void => {
  const looksWhole = Number.isSafeInteger(value) && !Object.is(value, -0);
  machine.push(machine.choices.floats === 'wrap' && looksWhole ? new PyFloat(value) : value);
};

// Bytes are copied: the input is a window on everything that arrived with it.
const bytes = (machine: Machine, length: number): void => machine.make(Buffer.from(machine.source.take(length)));
const text = (machine: Machine, length: number): void => machine.push(decodeText(machine.source.take(length)));
const old = (machine: Machine, length: number): void => machine.push(decodeOldString(machine.source.take(length)));

const outside = (): never => {
  throw new PickleError('parts of it were kept outside of it (out-of-band buffers)');
};

/** Numbers, constants, text and bytes. */
export const scalars: readonly (readonly [opcode: number, handler: Handler])[] = [
  [OP.NONE, (m) => m.push(null)],
  [OP.NEWTRUE, (m) => m.push(true)],
  [OP.NEWFALSE, (m) => m.push(false)],

  [OP.INT, (m) => m.push(decodeDecimal(m.source.line(), true))],
  [OP.LONG, (m) => m.push(decodeDecimal(m.source.line(), false))],
  [OP.BININT, (m) => m.push(m.source.i32())],
  [OP.BININT1, (m) => m.push(m.source.u8())],
  [OP.BININT2, (m) => m.push(m.source.u16())],
  [OP.LONG1, (m) => m.push(decodeLong(m.source.take(m.source.u8())))],
  [OP.LONG4, (m) => m.push(decodeLong(m.source.take(m.source.u32())))],
  [OP.FLOAT, (m) => float(m, decodeFloat(m.source.line()))],
  [OP.BINFLOAT, (m) => float(m, m.source.f64())],

  [OP.UNICODE, (m) => m.push(decodeEscapedText(m.source.line()))],
  [OP.SHORT_BINUNICODE, (m) => text(m, m.source.u8())],
  [OP.BINUNICODE, (m) => text(m, m.source.u32())],
  [OP.BINUNICODE8, (m) => text(m, m.source.u64())],
  [OP.STRING, (m) => m.push(decodeOldString(decodeQuoted(m.source.line())))],
  [OP.SHORT_BINSTRING, (m) => old(m, m.source.u8())],
  [OP.BINSTRING, (m) => old(m, m.source.u32())],

  [OP.SHORT_BINBYTES, (m) => bytes(m, m.source.u8())],
  [OP.BINBYTES, (m) => bytes(m, m.source.u32())],
  [OP.BINBYTES8, (m) => bytes(m, m.source.u64())],
  [OP.BYTEARRAY8, (m) => m.make(new PyByteArray(Buffer.from(m.source.take(m.source.u64()))))],
  [OP.NEXT_BUFFER, outside],
  [OP.READONLY_BUFFER, outside],
];
