// From runs to figures: medians, and ratios within the same round.

export const median = (values) => {
  const [low, high] = [(values.length - 1) >> 1, values.length >> 1];
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[low] + sorted[high]) / 2;
};

/** The result of a contestant in a case, if it has one that counts. */
export const find = (results, id, name) =>
  results.find(({ test, contestant, runs }) => test.id === id && contestant.name === name && sound(runs));

/** Whether nothing went wrong in any run. */
export const sound = (runs) => runs.length > 0 && runs.every(({ wrong }) => wrong === undefined);

/** Median, least and most of a figure. */
export const spread = (runs, figure) => {
  const values = runs.map((run) => run[figure]);
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
};

/** The median of the ratios of two contestants in the same round. */
export const ratio = (one, other, figure) =>
  median(one.runs.map((run, round) => run[figure] / other.runs[round][figure]));

/** The peer that is best at a case: the fastest, or the one that needs least. */
export const bestPeer = (results, id, figure) => {
  const peers = results.filter(({ test, contestant, runs }) => test.id === id && contestant.peer && sound(runs));
  const better = figure === 'rate' ? 1 : -1;
  return peers.toSorted((a, b) => better * (spread(b.runs, figure).median - spread(a.runs, figure).median))[0];
};

/** The busier side's CPU time per task: what bounds the rate, and hardly depends on what else the machine does. */
const bound = ({ node, redis }) => Math.max(node, redis);
export const ratioByCpu = (one, other) => median(one.runs.map((run, round) => bound(other.runs[round]) / bound(run)));
