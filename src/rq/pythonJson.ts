import { randomBytes } from 'node:crypto';

// JSON as Python's json module writes and reads it: NaN, Infinity and whole numbers of any size are tokens there.

const TOKEN = /"(?:[^"\\]|\\.)*"|-?Infinity|NaN|-?\d+(?![\d.eE])|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const WORDS: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
};
// A string no sender can know.
const MARK = randomBytes(16).toString('hex');

const isLong = (token: string): boolean => /^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token));

/**
 * Reads JSON, Python's additions included. Whole numbers beyond ±(2^53 − 1) become bigint.
 * Throws SyntaxError when it is not JSON.
 */
export const parsePythonJson = (text: string): unknown => {
  if (!/NaN|Infinity|\d{16}/.test(text)) return JSON.parse(text);
  const plain = text.replace(TOKEN, (token) => (token in WORDS || isLong(token) ? `"${MARK}${token}"` : token));
  return JSON.parse(plain, (_, value) => {
    if (typeof value !== 'string' || !value.startsWith(MARK)) return value;
    const token = value.slice(MARK.length);
    return WORDS[token] ?? BigInt(token);
  });
};

const plain = (value: object): boolean => {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
};

const entry = (value: unknown, path: string, above: readonly object[]): string => {
  const refuse = (what: string): never => {
    throw new TypeError(`${path || 'the value'} is ${what}, which JSON has no form for`);
  };
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number' || typeof value === 'bigint') return String(value === 0 ? 0 : value);
  if (typeof value !== 'object') return refuse(value === undefined ? 'undefined' : `a ${typeof value}`);
  if (above.includes(value)) return refuse('inside itself');
  const inside = [...above, value];
  if (Array.isArray(value))
    return `[${Array.from(value, (each, i) => entry(each, `${path}[${i}]`, inside)).join(',')}]`;
  // Python would see {} for a Map, and an object of numbers for bytes: better no job than a wrong one.
  if (value instanceof Uint8Array) return refuse('bytes');
  const own: unknown = Reflect.get(value, 'toJSON');
  if (typeof own === 'function') return entry(own.call(value), path, inside);
  if (!plain(value)) return refuse(`a ${value.constructor.name}`);
  const members = Object.entries(value).filter(([, each]) => each !== undefined);
  return `{${members.map(([key, each]) => `${JSON.stringify(key)}:${entry(each, `${path}.${key}`, inside)}`).join(',')}}`;
};

/**
 * Writes what Python's json reads: NaN and Infinity as such, bigint as a number, a Date as ISO text. Properties
 * that are undefined are left out. Throws TypeError for what would arrive as something else.
 */
export const printPythonJson = (value: unknown): string => entry(value, '', []);
