import { PickleError } from './error.ts';

// Python strings may hold half of a surrogate pair, which plain UTF-8 has no form for: pickles then use three bytes
// for the half. Both directions take the quick way first and look closer only where it cannot be right.

const REPLACEMENT = '\ufffd';

export const decodeText = (bytes: Buffer): string => {
  const quick = bytes.toString('utf8');
  if (!quick.includes(REPLACEMENT) || Buffer.from(quick).equals(bytes)) return quick;
  return withHalves(bytes);
};

const HALF = /\p{Surrogate}/u;

/** Undefined when plain UTF-8 will do. */
export const encodeHalves = (text: string): Buffer | undefined => {
  if (!HALF.test(text)) return undefined;
  const parts: Buffer[] = [];
  for (const part of text.split(/(\p{Surrogate})/u)) {
    const unit = HALF.test(part) ? part.charCodeAt(0) : undefined;
    if (unit === undefined) parts.push(Buffer.from(part));
    else parts.push(Buffer.from([0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f)]));
  }
  return Buffer.concat(parts);
};

// 0xED 0xA0…0xBF 0x80…0xBF is a half; what lies between halves must be UTF-8.
const withHalves = (bytes: Buffer): string => {
  const units = Buffer.allocUnsafe(bytes.length * 2);
  let written = 0;
  let start = 0;
  const plainTo = (end: number): void => {
    if (end === start) return;
    const part = bytes.subarray(start, end);
    const text = part.toString('utf8');
    if (text.includes(REPLACEMENT) && !Buffer.from(text).equals(part)) throw new PickleError('a text is not UTF-8');
    written += units.write(text, written, 'utf16le');
  };
  for (let at = bytes.indexOf(0xed); at >= 0; at = bytes.indexOf(0xed, at)) {
    const [second = 0, third = 0] = [bytes[at + 1], bytes[at + 2]];
    if (second < 0xa0 || second > 0xbf || (third & 0xc0) !== 0x80) {
      at += 1;
      continue;
    }
    plainTo(at);
    written = units.writeUInt16LE(0xd000 | ((second & 0x3f) << 6) | (third & 0x3f), written);
    at += 3;
    start = at;
  }
  plainTo(bytes.length);
  return units.toString('utf16le', 0, written);
};

const codePoint = (hex: string): string => {
  const point = Number.parseInt(hex, 16);
  if (!/^[\da-f]+$/i.test(hex) || point > 0x10ffff) throw new PickleError('a text has an escape that is no character');
  return String.fromCodePoint(point);
};

/** The text of protocol 0: Latin-1 with `\uXXXX` and `\UXXXXXXXX`, where another escape stands for itself. */
export const decodeEscapedText = (bytes: Buffer): string =>
  bytes
    .toString('latin1')
    .replace(/\\(?:u([\s\S]{0,4})|U([\s\S]{0,8})|[\s\S])/g, (all, short?: string, long?: string) =>
      short === undefined && long === undefined ? all : codePoint(sized(short, 4) ?? sized(long, 8) ?? ''),
    );

const sized = (hex: string | undefined, length: number): string | undefined =>
  hex?.length === length ? hex : undefined;

const ESCAPES: ReadonlyMap<string, string> = new Map(
  Object.entries({ n: '\n', r: '\r', t: '\t', a: '\x07', b: '\b', f: '\f', v: '\v', '\n': '' }),
);

/** A str of Python 2 as its `repr`, quotes included: `'it\'s\x00'`. */
export const decodeQuoted = (line: Buffer): Buffer => {
  const quoted = line.toString('latin1').trim();
  const quote = quoted[0];
  if (quoted.length < 2 || (quote !== "'" && quote !== '"') || !quoted.endsWith(quote))
    throw new PickleError('a string has no quotes around it');
  const text = quoted
    .slice(1, -1)
    .replace(/\\(?:x([\da-f]{2})|([0-7]{1,3})|([\s\S]))/gi, (all, hex?: string, octal?: string, other = '') => {
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
      return ESCAPES.get(other) ?? ('\\\'"'.includes(other) ? other : all);
    });
  return Buffer.from(text, 'latin1');
};

/** A str of Python 2 is text when it is ASCII, else it is bytes: nothing is lost either way. */
export const decodeOldString = (bytes: Buffer): string | Buffer =>
  bytes.some((byte) => byte > 0x7f) ? Buffer.from(bytes) : bytes.toString('latin1');
