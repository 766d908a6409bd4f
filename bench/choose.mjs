// What the words of the command line choose.
import { pathToFileURL } from 'node:url';
import { cases } from './cases.mjs';
import { contestants, stranger } from './contestants.mjs';

/** `patience`: ms in which nothing is settled until what is missing counts as lost; `overhead`: s to set a stage. */
const MODES = {
  full: { scale: 1, rounds: 5, patience: 10_000, overhead: 1 },
  publish: { scale: 1, rounds: 5, patience: 10_000, overhead: 1 }, // all there is, for docs and README
  quick: { scale: 0.2, rounds: 1, patience: 5_000, overhead: 1 },
  smoke: { scale: 0.01, rounds: 1, patience: 2_000, overhead: 1 }, // only whether it works
};
/** What is quick: the cases with marks on throughput, those who can be fastest at one, and the yardstick. */
const QUICK = { cases: ({ marks }) => marks !== undefined, contestants: ['millrace', 'lua', 'bullmq', 'bee-queue'] };

export const choose = (given) => {
  const words = [...given];
  const mode = words[0] in MODES ? words.shift() : 'full';
  const rounds = /^\d+$/.test(words[0]) ? Number(words.shift()) : MODES[mode].rounds;
  const files = words.filter((word) => word.endsWith('.mjs'));
  const strangers = files.map((path) => stranger(path, pathToFileURL(path).href));
  const known = contestants.filter(({ name }) => words.includes(name));
  const others = words.filter((word) => !files.includes(word) && !known.some(({ name }) => name === word));
  for (const word of others) if (!cases.some(called(word))) throw new Error(`nothing is called ${word}`);

  const usual = mode === 'quick' ? contestants.filter(({ name }) => QUICK.contestants.includes(name)) : contestants;
  const who = [...(known.length > 0 ? known : strangers.length > 0 ? [] : usual), ...strangers];
  const asked = (test) => others.some((word) => called(word)(test));
  const common = (test) => mode === 'publish' || (!test.only && (mode !== 'quick' || QUICK.cases(test)));
  const tests = cases.filter(others.length > 0 ? asked : common);
  return {
    mode,
    settings: { ...MODES[mode], rounds },
    plan: tests.flatMap((test) =>
      who.filter(({ name }) => test.only?.includes(name) ?? true).map((contestant) => ({ test, contestant })),
    ),
  };
};

/** A case is called by its id, or by how that begins up to a hyphen. */
const called =
  (word) =>
  ({ id }) =>
    id === word || id.startsWith(`${word}-`);
