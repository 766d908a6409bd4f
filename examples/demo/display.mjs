// How far it is: bars on a terminal, else a line per second.
import { MultiBar } from 'cli-progress';

const integer = (n) => Math.round(n).toLocaleString('en');
const percent = (part, whole) => `${Math.round((100 * part) / whole)}%`.padStart(4);

/** @returns {{ show(progress: { acked: number, counted: number[] }): void, say(line: string): void, end(): void }} */
export const display = (total, workers) => (process.stdout.isTTY ? bars(total, workers) : lines(total));

function bars(total, workers) {
  const all = new MultiBar({
    format: '  {name} {bar} {note}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
  });
  const bar = (name) => all.create(total, 0, { name: name.padEnd(10), note: '' });
  const done = bar('all');
  const shares = workers.map(({ name }) => bar(name));
  const rate = meter();
  let isOver = false;
  return {
    show({ acked, counted }) {
      done.update(acked, { note: `${integer(acked)} of ${integer(total)}, ${integer(rate(acked))}/s` });
      for (const [i, { isKilled }] of workers.entries())
        shares[i].update(counted[i], { note: percent(counted[i], total) + (isKilled ? ' ✝' : '') });
      all.update();
    },
    say: (line) => all.log(`${line}\n`),
    end() {
      if (!isOver) all.stop();
      isOver = true;
    },
  };
}

function lines(total) {
  const rate = meter();
  let due = 0;
  return {
    show({ acked, counted }) {
      const perSecond = integer(rate(acked));
      if (Date.now() < due && acked < total) return;
      due = Date.now() + 1_000;
      const shares = counted.map((each) => percent(each, total)).join(' ');
      console.log(`  ${integer(acked)} of ${integer(total)}, ${perSecond}/s; shares of the workers: ${shares}`);
    },
    say: (line) => console.log(line),
    end() {},
  };
}

/** The rate over the last second. */
function meter() {
  const samples = [];
  return (count) => {
    const at = performance.now();
    samples.push({ at, count });
    while (samples.length > 2 && at - samples[0].at > 1_000) samples.shift();
    const [{ at: from, count: before }] = samples;
    return at > from ? (1_000 * (count - before)) / (at - from) : 0;
  };
}
