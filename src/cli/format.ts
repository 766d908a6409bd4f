// Numbers and times as a person reads them.

const STEPS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

/** `3d 4h`, `2m 5s`, `12s`, `250ms`: the two largest units. */
export const span = (ms: number): string => {
  const whole = Math.max(Math.round(ms), 0);
  if (whole < 1_000) return `${whole}ms`;
  const i = STEPS.findIndex(([, size]) => whole >= size);
  const [unit, size] = STEPS[i] as (typeof STEPS)[number];
  const next = STEPS[i + 1];
  const head = `${Math.floor(whole / size)}${unit}`;
  const rest = next === undefined ? 0 : Math.floor((whole % size) / next[1]);
  return rest === 0 ? head : `${head} ${rest}${next?.[0]}`;
};

/** `1,234,567` */
export const number = (value: number): string => Math.round(value).toLocaleString('en');

/** `0`, `0.5`, `12`, `1,234`: per second. */
export const rate = (value: number): string => (value > 0 && value < 10 ? value.toFixed(1) : number(value));

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${number(count)} ${count === 1 ? one : many}`;

/** At most `width` characters of it. */
export const cut = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, Math.max(width - 1, 0))}…`;

const BLOCKS = '▁▂▃▄▅▆▇█';

/** The last `width` values, each a bar; the highest of them is the full height. */
export const sparkline = (values: readonly number[], width: number): string => {
  const shown = values.slice(-width);
  const most = Math.max(...shown, 0);
  const bars = shown.map((value) =>
    value <= 0 ? ' ' : BLOCKS[Math.min(Math.floor((value / most) * BLOCKS.length), BLOCKS.length - 1)],
  );
  return bars.join('').padStart(width);
};

/** Text with nothing in it that would end or garble a line. */
export const oneLineOf = (text: string): string => text.replace(/\p{Cc}+/gu, ' ').trim();
