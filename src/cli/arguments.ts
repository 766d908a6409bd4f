import { InvalidArgumentError } from 'commander';
import { LONGEST } from '../check.ts';

// How arguments and options are read. What they throw, commander says together with the name of the option.

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `250ms 5s 2m 1h 3d`, as milliseconds. */
export const duration = (text: string): number => {
  const [, count, unit = ''] = /^(\d+)(ms|s|m|h|d)$/.exec(text) ?? [];
  const ms = Number(count) * (UNITS[unit] ?? Number.NaN);
  if (Number.isSafeInteger(ms)) return ms;
  throw new InvalidArgumentError('Expected a duration: 250ms, 5s, 2m, 1h or 3d.');
};

/** A duration somebody waits for. */
export const wait = (text: string): number => {
  const ms = duration(text);
  if (ms <= LONGEST) return ms;
  throw new InvalidArgumentError('Expected at most 24d.');
};

/** A whole number from `min` to `max`. */
export const count =
  (min = 1, max = Number.MAX_SAFE_INTEGER) =>
  (text: string): number => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    const most = max === Number.MAX_SAFE_INTEGER ? `${min} or more` : `${min} to ${max}`;
    throw new InvalidArgumentError(`Expected a whole number, ${most}.`);
  };

/** A whole number of 1 or more, or `all`. */
export const countOrAll = (text: string): number => {
  if (text === 'all') return Number.POSITIVE_INFINITY;
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Expected a whole number, 1 or more, or 'all'.");
};

/** `key=value`, any number of times. */
export const header = (text: string, all: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> => {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('Expected key=value.');
  return { ...all, [text.slice(0, at)]: text.slice(at + 1) };
};

/** One JSON value. */
export const json = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidArgumentError('Expected JSON; a string has its quotes: \'"text"\'.');
  }
};

/**
 * What stands behind `--exec` is a command and its arguments, whatever they look like: they travel through the
 * parser as one value.
 */
export const packExec = (argv: readonly string[]): string[] => {
  const at = argv.indexOf('--exec');
  if (at < 0 || argv.slice(0, at).includes('--')) return [...argv];
  return [...argv.slice(0, at), `--exec=${JSON.stringify(argv.slice(at + 1))}`];
};

export const command = (text: string): readonly string[] => {
  const words = text.startsWith('[') ? (JSON.parse(text) as string[]) : [text];
  if (words.length > 0) return words;
  throw new InvalidArgumentError('Expected a command and its arguments, at the end of the line.');
};
