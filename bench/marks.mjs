// What Millrace has set itself: ratios within the same run, each with what it has to be.
import { bestPeer, find, ratio, ratioByCpu, spread } from './figures.mjs';

const atLeast = (value, mark) => ({ value, mark: `≥ ${mark}`, met: value >= mark });
const atMost = (value, mark) => ({ value, mark: `≤ ${mark}`, met: value <= mark });

/** One row per mark that could be measured: { what, against, value, byCpu, mark, met }. */
export const marks = (results, cases) => {
  const rows = [];
  const compare = (what, id, figure, against, judge) => {
    const own = find(results, id, 'millrace');
    const other = against === 'peer' ? bestPeer(results, id, figure) : find(results, id, against);
    if (own === undefined || other === undefined) return;
    const byCpu = figure === 'rate' ? ratioByCpu(own, other) : undefined;
    rows.push({ what, against: other.contestant.name, byCpu, ...judge(ratio(own, other, figure)) });
  };
  for (const { id, title, figure, marks = {} } of cases) {
    for (const [against, mark] of Object.entries(marks))
      compare(title, id, figure, against, (value) => atLeast(value, mark));
    if (figure === 'p99') compare(`${title}, p99`, id, figure, 'peer', (value) => atMost(value, 1));
  }
  compare('Redis CPU per task, end to end', 'together', 'redis', 'bullmq', (value) => atMost(value, 0.1));
  compare('bytes of a waiting task', 'memory', 'bytes', 'lua', (value) => atMost(value, 1.3));
  compare('bytes of a waiting task', 'memory', 'bytes', 'bee-queue', (value) => atMost(value, 1));
  for (const { id, title, figure, base } of cases) {
    const [least, own] = [find(results, base, 'millrace'), find(results, id, 'millrace')];
    if (figure !== 'flat' || own === undefined) continue;
    const slowest = spread(own.runs, 'slowest').median;
    rows.push({ what: `slowest script, ms, ${title}`, against: '', ...atMost(slowest, 5) });
    if (least === undefined || least === own) continue;
    const cost = ratio(own, least, 'redis');
    rows.push({ what: `Redis CPU per task, ${title}`, against: 'next to none', ...atMost(cost, 1.15) });
  }
  return rows;
};
