// Results as tables: plain text that is Markdown as well.
import { bestPeer, find, ratio, sound, spread } from './figures.mjs';

export const thousands = (n) =>
  n < 10_000 ? n.toFixed(n < 100 ? 1 : 0) : `${(n / 1_000).toFixed(n < 100_000 ? 1 : 0)}k`;
const micro = (n) => n.toFixed(n < 10 ? 2 : 1);
export const times = (n) => (n < 10 ? n.toFixed(2) : n.toFixed(1));
const range = ({ min, max }, form) => `${form(min)} – ${form(max)}`;

/** The first `left` columns are words, the others numbers. */
export const table = (head, rows, left = 1) => {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i].length)));
  const line = (cells) =>
    `| ${cells.map((cell, i) => (i < left ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join(' | ')} |`;
  const rule = widths.map((width, i) => (i < left ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`));
  return [line(head), `|${rule.join('|')}|`, ...rows.map(line)].join('\n');
};

const KINDS = {
  rate: {
    head: ['tasks/s', 'min – max', '× best peer', '× bare Lua', 'client µs', 'Redis µs', 'calls', 'peak MB'],
    row: (runs) => {
      const of = (figure) => spread(runs, figure).median;
      return [
        [thousands(of('rate')), range(spread(runs, 'rate'), thousands)],
        [micro(of('node')), micro(of('redis')), micro(of('calls')), (of('rss') / 1e6).toFixed(0)],
      ];
    },
  },
  p99: {
    head: ['p50 ms', 'p99 ms', 'min – max', '× best peer', '× bare Lua', 'client µs', 'Redis µs'],
    row: (runs) => {
      const of = (figure) => spread(runs, figure).median;
      return [
        [micro(of('p50')), micro(of('p99')), range(spread(runs, 'p99'), micro)],
        [micro(of('node')), micro(of('redis'))],
      ];
    },
  },
  flat: {
    head: ['client µs', 'Redis µs', '× the least', 'slowest ms', 'which'],
    row: (runs, { test, contestant }, results) => {
      const of = (figure) => spread(runs, figure).median;
      const base = find(results, test.base, contestant.name);
      const { script } = runs.toSorted((a, b) => b.slowest - a.slowest)[0];
      const cost = base ? times(of('redis') / spread(base.runs, 'redis').median) : '';
      return [[micro(of('node')), micro(of('redis')), cost, micro(of('slowest')), script]];
    },
  },
  bytes: {
    head: ['bytes', 'min – max', '× best peer', '× bare Lua'],
    row: (runs) => [[spread(runs, 'bytes').median.toFixed(0), range(spread(runs, 'bytes'), (n) => n.toFixed(0))], []],
  },
};

/** The results of one kind, '' when there are none; what went wrong stands in place of the figures. */
export const resultTable = (results, figure) => {
  const { head, row } = KINDS[figure];
  const rows = results
    .filter(({ test }) => test.figure === figure)
    .map((result) => {
      const { test, contestant, runs } = result;
      const names = [test.title, contestant.name];
      if (!sound(runs)) return [...names, 'lossy', ...head.slice(1).map(() => '')];
      const [before, after] = row(runs, result, results);
      if (after === undefined) return [...names, ...before];
      const against = [bestPeer(results, test.id, figure), find(results, test.id, 'lua')];
      return [
        ...names,
        ...before,
        ...against.map((other) => (other ? times(ratio(result, other, figure)) : '')),
        ...after,
      ];
    });
  return rows.length === 0 ? '' : table(['case', 'contestant', ...head], rows, 2);
};

/** One table per kind of figure. */
export const resultTables = (results) => Object.keys(KINDS).flatMap((figure) => resultTable(results, figure) || []);

export const marksTable = (rows) =>
  table(
    ['mark', 'against', 'ratio', 'by CPU', 'has to be', 'met'],
    rows.map(({ what, against, value, byCpu, mark, met }) => [
      what,
      against,
      times(value),
      byCpu === undefined ? '' : times(byCpu),
      mark,
      met ? 'yes' : 'no',
    ]),
    2,
  );

/** What went wrong, contestant by contestant. */
export const faults = (results) =>
  results.flatMap(({ test, contestant, runs }) => {
    const wrong = runs.flatMap((run) => run.wrong ?? []);
    if (wrong.length === 0) return [];
    return [`${contestant.name}: ${test.title}: ${wrong.length} of ${runs.length} runs: ${wrong[0].trim()}`];
  });
