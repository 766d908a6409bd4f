// Misuse is answered at the call: `TypeError: Queue: lease is "5s", expected milliseconds, 1 or more`.

const show = (value: unknown): string => {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  if (typeof value === 'function') return `a function`;
  if (typeof value === 'bigint') return `${value}n`;
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === 'object' && value !== null) return `an object (${value.constructor?.name ?? 'no class'})`;
  return String(value);
};

const complaint = (where: string, name: string, value: unknown, expected: string): string =>
  `${where}: ${name} is ${show(value)}, expected ${expected}`;

export const wrongType = (where: string, name: string, value: unknown, expected: string): TypeError =>
  new TypeError(complaint(where, name, value, expected));

export const outOfRange = (where: string, name: string, value: unknown, expected: string): RangeError =>
  new RangeError(complaint(where, name, value, expected));

/** The longest a timer of Node can wait, ms: a longer one fires at once. */
export const LONGEST = 2_147_483_647;

interface Bounds {
  readonly min?: number;
  readonly max?: number;
  /** Whether Infinity stands for "no limit". */
  readonly unlimited?: boolean;
}

const span = ({ min = 0, max, unlimited = false }: Bounds): string => {
  const open = min === Number.MIN_SAFE_INTEGER ? 'above, below or 0' : `${min} or more`;
  return `${max === undefined ? open : `${min} to ${max}`}${unlimited ? ' or Infinity' : ''}`;
};

const within = (value: number, { min = 0, max = Number.MAX_SAFE_INTEGER, unlimited = false }: Bounds): boolean =>
  value === Number.POSITIVE_INFINITY ? unlimited : value >= min && value <= max;

/** A whole number. */
export const count = (where: string, name: string, value: unknown, bounds: Bounds = { min: 1 }): number => {
  const whole = Number.isInteger(value) || value === Number.POSITIVE_INFINITY;
  if (whole && within(value as number, bounds)) return value as number;
  const complain = typeof value === 'number' ? outOfRange : wrongType;
  throw complain(where, name, value, `a whole number, ${span(bounds)}`);
};

/** A duration in milliseconds, fractions allowed. */
export const milliseconds = (where: string, name: string, value: unknown, bounds: Bounds = {}): number => {
  if (typeof value === 'number' && within(value, bounds)) return value;
  const complain = typeof value === 'number' ? outOfRange : wrongType;
  throw complain(where, name, value, `milliseconds, ${span(bounds)}`);
};

/** A string, not empty unless `empty` is allowed. */
export const text = (where: string, name: string, value: unknown, expected = 'a string that is not empty'): string => {
  if (typeof value !== 'string') throw wrongType(where, name, value, expected);
  if (value === '') throw outOfRange(where, name, value, expected);
  return value;
};

export const flag = (where: string, name: string, value: unknown): boolean => {
  if (typeof value !== 'boolean') throw wrongType(where, name, value, 'true or false');
  return value;
};

export const oneOf = <const V extends string>(where: string, name: string, value: unknown, values: readonly V[]): V => {
  if ((values as readonly unknown[]).includes(value)) return value as V;
  const expected = values.map((each) => JSON.stringify(each)).join(' or ');
  throw (typeof value === 'string' ? outOfRange : wrongType)(where, name, value, expected);
};

export const callable = (where: string, name: string, value: unknown, expected = 'a function'): void => {
  if (typeof value !== 'function') throw wrongType(where, name, value, expected);
};

/** An options object: plain enough to read properties from. `undefined` stands for "all defaults". */
export const options = <O extends object>(where: string, name: string, value: O | undefined): Partial<O> => {
  if (value === undefined) return {};
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw wrongType(where, name, value, 'an object of options');
  return value;
};

export const list = <T>(where: string, name: string, value: readonly T[], expected = 'an array'): readonly T[] => {
  if (!Array.isArray(value)) throw wrongType(where, name, value, expected);
  return value;
};

export const abortSignal = (where: string, value: unknown): AbortSignal | undefined => {
  if (value !== undefined && !(value instanceof AbortSignal)) throw wrongType(where, 'signal', value, 'an AbortSignal');
  return value;
};

/** String to string, as headers are. */
export const strings = (where: string, name: string, value: unknown): Readonly<Record<string, string>> => {
  // A Map and its like have entries of their own, which JSON would lose.
  if (typeof value !== 'object' || value === null || Symbol.iterator in value)
    throw wrongType(where, name, value, 'an object of strings');
  for (const [key, each] of Object.entries(value))
    if (typeof each !== 'string') throw wrongType(where, `${name}.${key}`, each, 'a string');
  return value as Record<string, string>;
};
