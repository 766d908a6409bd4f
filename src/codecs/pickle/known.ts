import { PickleError } from './error.ts';
import { knownTimes } from './knownTimes.ts';
import type { Budget } from './limits.ts';
import { PyByteArray, PyComplex, PyDecimal, PyFloat, PyFrozenSet, PyTuple, PyUuid } from './types.ts';

type Args = readonly unknown[];
type Make = (args: Args, budget: Budget) => unknown;

const listOf = (args: Args, budget: Budget): readonly unknown[] => {
  const [items = [], ...more] = args;
  const list = items instanceof PyTuple ? items.items : items;
  if (!Array.isArray(list) || more.length > 0) throw new TypeError('it needs one list');
  budget.copy(list.length);
  return list;
};

const textOf = (args: Args, budget: Budget): string => {
  const [text, ...more] = args;
  if (typeof text !== 'string' || more.length > 0) throw new TypeError('it needs one text');
  budget.copy(text.length);
  return text;
};

// How protocols 0 to 2 write bytes: text in which each character stands for a byte.
const latin1 = (args: Args, budget: Budget): Buffer => {
  const [text, encoding, ...more] = args;
  if (typeof text !== 'string' || (encoding !== 'latin1' && encoding !== 'latin-1') || more.length > 0)
    throw new TypeError('it needs text and latin1');
  budget.copy(text.length);
  const bytes = Buffer.from(text, 'latin1');
  if (bytes.toString('latin1') !== text) throw new TypeError('its text is not Latin-1');
  return bytes;
};

const noBytes = (args: Args): Buffer => {
  if (args.length > 0) throw new TypeError('it needs no arguments');
  return Buffer.alloc(0);
};

const byteArray: Make = (args, budget) => {
  if (args.length === 0) return new PyByteArray(noBytes(args));
  return new PyByteArray(args.length === 1 ? (args[0] as Buffer) : latin1(args, budget));
};

const pairs: Make = (args, budget) =>
  new Map(
    listOf(args, budget).map((pair) => {
      const [key, value, ...more] = pair instanceof PyTuple || Array.isArray(pair) ? pair : [];
      if (value === undefined || more.length > 0) throw new TypeError('it needs pairs');
      return [key, value];
    }),
  );

// A float among the arguments may have been wrapped.
const bare = (value: unknown): number => (value instanceof PyFloat ? value.value : (value as number));

const table: ReadonlyMap<string, Make> = new Map<string, Make>([
  ...knownTimes,
  ['builtins.bytes', noBytes],
  ['builtins.bytearray', byteArray],
  ['builtins.set', (args, budget) => new Set(listOf(args, budget))],
  ['builtins.frozenset', (args, budget) => new PyFrozenSet(listOf(args, budget))],
  ['builtins.complex', ([real, imag]) => new PyComplex(bare(real), bare(imag))],
  ['_codecs.encode', latin1],
  ['collections.OrderedDict', pairs],
  ['decimal.Decimal', (args, budget) => new PyDecimal(textOf(args, budget))],
  ['uuid.UUID', (args, budget) => new PyUuid(textOf(args, budget))],
]);

/** Only named: the words in which protocols 0 and 1 describe any object, and every protocol a ZoneInfo. */
const NAMED: ReadonlySet<string> = new Set([
  'copyreg._reconstructor',
  'builtins.object',
  'builtins.getattr',
  'zoneinfo.ZoneInfo',
]);

/** Protocols 0 to 2 use the names Python 2 had. */
const RENAMED: ReadonlyMap<string, string> = new Map([
  ['__builtin__', 'builtins'],
  ['copy_reg', 'copyreg'],
]);

export const moduleNow = (module: string): string => RENAMED.get(module) ?? module;

/** Whether it is in the closed table of what is read. */
export const isKnown = (name: string): boolean => table.has(name) || NAMED.has(name);

/** Undefined for what is not in the table. Nothing of JavaScript is ever looked up by a name from a pickle. */
export const makeKnown = (name: string, args: Args, budget: Budget): unknown => {
  const make = table.get(name);
  if (make === undefined) return undefined;
  try {
    return make(args, budget);
  } catch (cause) {
    if (cause instanceof PickleError) throw cause;
    throw new PickleError(`${name} cannot be read: ${(cause as Error).message}`, { cause });
  }
};
