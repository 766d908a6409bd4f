// How Python shows values: the description of a job is what `rq info` and the dashboards print.

const escaped = (text: string): string => {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const inner = text
    .replaceAll('\\', '\\\\')
    .replaceAll(quote, `\\${quote}`)
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t');
  return `${quote}${inner}${quote}`;
};

const WORDS = new Map<unknown, string>([
  [null, 'None'],
  [undefined, 'None'],
  [true, 'True'],
  [false, 'False'],
  [Number.NaN, 'nan'],
  [Number.POSITIVE_INFINITY, 'inf'],
  [Number.NEGATIVE_INFINITY, '-inf'],
]);

/** Like Python's `repr`, for reading only; deep values are cut short. */
export const repr = (value: unknown, depth = 0): string => {
  const word = WORDS.get(value);
  if (word !== undefined) return word;
  if (typeof value === 'string') return escaped(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (depth > 3) return '...';
  const inside = (items: Iterable<unknown>) => Array.from(items, (each) => repr(each, depth + 1)).join(', ');
  if (Array.isArray(value)) return `[${inside(value)}]`;
  if (value instanceof Date) return `datetime(${value.toISOString()})`;
  if (value instanceof Uint8Array) return `bytes(${value.length})`;
  if (value instanceof Set) return `{${inside(value)}}`;
  if (Symbol.iterator in value && !(value instanceof Map)) return `(${inside(value as Iterable<unknown>)})`;
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return `{${entries.map(([key, each]) => `${repr(key)}: ${repr(each, depth + 1)}`).join(', ')}}`;
};

const cut = (text: string): string => (text.length > 75 ? `${text.slice(0, 72)}...` : text);

/** `mylib.add(1, b=2)`, each value cut at 75 characters, as RQ describes a job that says nothing itself. */
export const describeCall = (
  func: string,
  args: readonly unknown[],
  kwargs: Readonly<Record<string, unknown>>,
): string => {
  const named = Object.entries(kwargs).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${func}(${[...args.map((each) => cut(repr(each))), ...named.map(([key, each]) => `${key}=${cut(repr(each))}`)].join(', ')})`;
};
