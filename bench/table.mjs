// The results as a table: plain text that is Markdown as well.

const HEAD = ['case', 'contestant', 'tasks/s', 'min – max', 'ratio', 'node µs', 'redis µs'];

const k = (rate) => `${(rate / 1_000).toFixed(rate < 100_000 ? 1 : 0)}k`;
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** Medians; `ratio` is to the first contestant of the case, `µs` the CPU time per task. */
export function table(pairs) {
  const ran = pairs.filter(({ runs }) => runs.length > 0);
  const rows = ran.map(({ test, contestant, runs }) => {
    const rates = runs.map(({ rate }) => rate);
    const base = ran.find((pair) => pair.test === test);
    const ratio = median(runs.map(({ rate }, round) => rate / base.runs[round].rate));
    const cost = ['node', 'redis'].map((side) => median(runs.map((run) => run[side])).toFixed(1));
    const range = `${k(Math.min(...rates))} – ${k(Math.max(...rates))}`;
    return [test.name, contestant, k(median(rates)), range, ratio.toFixed(2), ...cost];
  });
  const widths = HEAD.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i].length)));
  const line = (cells) =>
    `| ${cells.map((cell, i) => (i < 2 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join(' | ')} |`;
  const rule = `|${widths.map((width, i) => (i < 2 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [line(HEAD), rule, ...rows.map(line)].join('\n');
}
