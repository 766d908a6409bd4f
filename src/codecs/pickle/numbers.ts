import { PickleError } from './error.ts';
import { LONGEST_DECIMAL, LONGEST_INT } from './limits.ts';

const fit = (big: bigint): number | bigint => {
  const small = Number(big);
  return Number.isSafeInteger(small) ? small : big;
};

/** A two's complement of any length, least byte first: a number while it is exact, else a bigint. */
export const decodeLong = (bytes: Buffer): number | bigint => {
  const { length } = bytes;
  if (length === 0) return 0;
  if (length <= 6) return bytes.readIntLE(0, length);
  if (length > LONGEST_INT) throw new PickleError(`an integer has ${length} bytes, more than ${LONGEST_INT}`);
  const unsigned = BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
  return fit(BigInt.asIntN(length * 8, unsigned));
};

/** The shortest two's complement, least byte first. */
export const encodeLong = (value: bigint): Buffer => {
  if (value === 0n) return Buffer.alloc(0);
  const digits = (value < 0n ? ~value : value).toString(16);
  const bits = digits.length * 4 - Math.clz32(Number.parseInt(digits[0] as string, 16)) + 28;
  // One more for the sign.
  const length = Math.ceil((bits + 1) / 8);
  const hex = BigInt.asUintN(length * 8, value)
    .toString(16)
    .padStart(length * 2, '0');
  return Buffer.from(hex, 'hex').reverse();
};

/** The integers of protocol 0: `12`, `-12L`, and `00` or `01` for a bool where `bools` are expected. */
export const decodeDecimal = (line: Buffer, bools: boolean): number | bigint | boolean => {
  const text = line.length <= LONGEST_DECIMAL + 2 ? line.toString('latin1').trim() : '';
  if (bools && (text === '00' || text === '01')) return text === '01';
  if (!/^[+-]?\d+L?$/.test(text)) throw new PickleError('an integer is no number, or too long');
  return fit(BigInt(text.replace(/^\+|L$/g, '')));
};

const NAMED: ReadonlyMap<string, number> = new Map([
  ['nan', Number.NaN],
  ['inf', Number.POSITIVE_INFINITY],
  ['-inf', Number.NEGATIVE_INFINITY],
]);

/** The floats of protocol 0, as Python's `repr` has them. */
export const decodeFloat = (line: Buffer): number => {
  const text = line.toString('latin1').trim();
  const value =
    NAMED.get(text) ?? (/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined);
  if (value === undefined) throw new PickleError('a float is no number');
  return value;
};
