// From the saved results to what readers see: the chart, and the tables of docs/performance.md and README.md, each
// between `<!-- bench: name -->` and `<!-- end of name -->`.
import { readFileSync, writeFileSync } from 'node:fs';
import { othersCores, roundsLine, versionsLine } from './about.mjs';
import { cases } from './cases.mjs';
import { bestPeer, find, ratio, sound, spread } from './figures.mjs';
import { marks } from './marks.mjs';
import { load } from './results.mjs';
import { marksTable, resultTable, table, thousands, times } from './table.mjs';

const ROOT = new URL('../', import.meta.url);
const SUMMARY = ['put', 'put-multi', 'consume-1', 'consume-10', 'consume-100', 'consume-1000', 'together'];

export async function write() {
  const { about, results } = load();
  const { chart } = await import('./chart.mjs');
  const made = `${versionsLine(about)}\n${about.machine}; ${roundsLine(about)}, ${about.date}`;
  writeFileSync(new URL('docs/bench.svg', ROOT), chart(results, made));
  fillIn('docs/performance.md', {
    conditions: conditions(about, results),
    throughput: resultTable(results, 'rate'),
    latency: resultTable(results, 'p99'),
    memory: resultTable(results, 'bytes'),
    flat: resultTable(results, 'flat'),
    marks: marksTable(marks(results, cases)),
  });
  fillIn('README.md', { summary: summary(about, results) });
}

function fillIn(file, sections) {
  const url = new URL(file, ROOT);
  let text = readFileSync(url, 'utf8');
  for (const [name, content] of Object.entries(sections)) {
    const [begin, end] = [`<!-- bench: ${name} -->\n`, `<!-- end of ${name} -->`];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`${file} has no place for ${name}`);
    text = `${text.slice(0, from + begin.length)}${content}\n${text.slice(to)}`;
  }
  writeFileSync(url, text);
}

const conditions = (about, results) =>
  `${about.date}, ${roundsLine(about)}. ${versionsLine(about)}. ${about.machine}.${others(results)}`;

/** Above so many cores, what others do is in the figures. */
const BUSY = 0.25;

function others(results) {
  const cores = othersCores(results);
  if (cores === undefined) return '';
  const said = ` While it was measured, other programs kept ${cores.toFixed(2)} cores busy (median)`;
  return cores > BUSY ? `${said}: **a rough run**, in which CPU per task says more than tasks/s.` : `${said}.`;
}

/** A line per case: ours, the fastest peer's, bare Lua's. */
function summary(about, results) {
  const rate = ({ runs }) => thousands(spread(runs, 'rate').median);
  const rows = SUMMARY.flatMap((id) => {
    const [own, lua, peer] = [find(results, id, 'millrace'), find(results, id, 'lua'), bestPeer(results, id, 'rate')];
    if (![own, lua, peer].every((each) => each && sound(each.runs))) return [];
    const peerCell = `${rate(peer)} (${peer.contestant.name})`;
    return [
      [own.test.title, rate(own), peerCell, rate(lua), times(ratio(own, peer, 'rate')), times(ratio(own, lua, 'rate'))],
    ];
  });
  const made = `${roundsLine(about)}, ${about.date}, ${about.machine}.${others(results)}`;
  const body = table(['tasks/s', 'Millrace', 'fastest peer', 'bare Lua', '× peer', '× Lua'], rows);
  return `${body}\n\n${made[0].toUpperCase()}${made.slice(1)}`;
}
