// What a run leaves behind: one JSON file, from which chart and tables are made.
import { readFileSync, writeFileSync } from 'node:fs';
import { cases } from './cases.mjs';
import { contestants } from './contestants.mjs';

const FILE = new URL('results/latest.json', import.meta.url);

/** { about, results: [{ case, contestant, runs }] }, one run per line, figures to four digits. */
export const save = (about, results) => {
  const lines = results.map(({ test, contestant, runs }) => {
    const rows = runs.map((run) => `        ${JSON.stringify(run, digits)}`).join(',\n');
    return `    {\n      "case": "${test.id}",\n      "contestant": "${contestant.name}",\n      "runs": [\n${rows}\n      ]\n    }`;
  });
  const head = JSON.stringify(about, undefined, 2).replaceAll('\n', '\n  ');
  writeFileSync(FILE, `{\n  "about": ${head},\n  "results": [\n${lines.join(',\n')}\n  ]\n}\n`);
};

const digits = (_key, value) => (typeof value === 'number' ? Number(value.toPrecision(4)) : value);

/** What was saved, as `measure` answered it; what is no case or contestant any more is left out. */
export const load = () => {
  const { about, results } = JSON.parse(readFileSync(FILE, 'utf8'));
  return {
    about,
    results: results.flatMap(({ case: id, contestant: name, runs }) => {
      const test = cases.find((each) => each.id === id);
      const contestant = contestants.find((each) => each.name === name);
      return test && contestant ? [{ test, contestant, runs }] : [];
    }),
  };
};
