import * as check from '../check.ts';

// What RQ's workers bear: a job with anything else ends them, one after the other.

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };
/** The most seconds Redis takes for an expiry: a thousand years. */
const LONGEST = 31_536_000_000;

/** Whole seconds, or a text such as `'10m'`, as whole seconds. */
export const duration = (where: string, name: string, value: unknown, { min }: { readonly min: number }): number => {
  const text = typeof value === 'string' ? /^(\d+)([smhd])?$/.exec(value.trim()) : null;
  if (typeof value === 'string' && text === null)
    throw check.outOfRange(where, name, value, 'seconds, or text such as "90s", "10m", "1h" or "1d"');
  const seconds = text === null ? value : Number(text[1]) * (UNITS[text[2] ?? 's'] ?? 1);
  return check.count(where, name, seconds, { min, max: LONGEST });
};

/** How long a job may run: whole seconds, 1 or more, or -1 for no limit. */
export const span = (where: string, name: string, value: unknown): number =>
  value === -1 || value === Number.POSITIVE_INFINITY ? -1 : duration(where, name, value, { min: 1 });

/** Letters, digits, `_` and `-`. */
export const jobId = (where: string, name: string, value: unknown): string => {
  const expected = 'letters, digits, "_" and "-" only';
  const id = check.text(where, name, value, expected);
  if (!/^[A-Za-z0-9_-]+$/.test(id)) throw check.outOfRange(where, name, id, expected);
  return id;
};

/** One interval, or one per try: whole seconds. */
export const positions = (where: string, name: string, value: unknown): readonly number[] => {
  const list = Array.isArray(value) ? value : [value];
  if (list.length === 0) throw check.outOfRange(where, name, value, 'at least one interval');
  return list.map((each, i) =>
    check.count(where, Array.isArray(value) ? `${name}[${i}]` : name, each, { min: 0, max: LONGEST }),
  );
};

/** A worker's hash joins the names of its queues with commas. */
export const queueName = (where: string, value: unknown): string => {
  const expected = 'a name without commas';
  const name = check.text(where, 'name', value, expected);
  if (name.includes(',')) throw check.outOfRange(where, 'name', name, expected);
  return name;
};
