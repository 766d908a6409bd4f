import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe } from './support/it.ts';
import { luaNames, withoutComments } from './support/luaText.ts';

// A script's header is read by people and, for its keys, by src/broker/scripts.ts. Nothing here runs Lua:
// these specs hold the header against the body.

const folder = new URL('../lua/', import.meta.url);
const files = readdirSync(folder, { recursive: true })
  .map(String)
  .filter((name) => name.endsWith('.lua'))
  .sort();

// Where the parts of a script are: with RQ's scripts, or in a folder of their own, or in the one for all.
const placeOf = (file: string, name: string): string | undefined =>
  [dirname(file), join(dirname(file), 'parts'), 'parts']
    .map((each) => join(each, `${name}.lua`))
    .find((each) => each !== file && files.includes(each));
const part = (file: string, name: string): string => {
  const found = placeOf(file, name);
  assert.ok(found, `${file} needs ${name}, which is not there`);
  return readFileSync(new URL(found, folder), 'utf8');
};

// `Includes clock, place.` in a header: the scripts whose text is put into this one.
const included = (file: string, header: string): string[] =>
  (/^ *Includes ([\w, ]+)\./m.exec(header)?.[1]?.split(/, */) ?? []).map((name) => part(file, name));

// Beyond the language itself, all a script may name without declaring it.
const GLOBALS = new Set(
  (
    'KEYS ARGV redis cjson cmsgpack bit struct math string table assert error ipairs next pairs pcall select ' +
    'tonumber tostring type unpack'
  ).split(' '),
);

interface Input {
  readonly index: number;
  readonly name: string;
  readonly rest: boolean;
}

const inputs = (header: string, table: 'KEYS' | 'ARGV'): Input[] =>
  [...header.matchAll(new RegExp(`^ *${table}\\[(\\d+)(…?)\\] +(\\S+)`, 'gm'))].map(([, index, rest, name = '']) => ({
    index: Number(index),
    name,
    rest: rest === '…',
  }));

describe('lua', (it) => {
  it('has scripts', () => assert.ok(files.length > 0));

  for (const file of files) {
    const name = basename(file, '.lua');
    const text = readFileSync(new URL(file, folder), 'utf8');
    const header = /^--\[\[([\s\S]*?)\]\]/.exec(text)?.[1] ?? '';
    const isPart = /^ *Included by/m.test(header);
    const own = withoutComments(text);
    const parts = included(file, header).map(withoutComments);
    // What it does, with what its parts do.
    const body = [own, ...parts].join('\n');
    const keys = inputs(header, 'KEYS');
    const argv = inputs(header, 'ARGV');

    it(`${name}: begins with a header that names it and promises something`, () => {
      assert.match(header, new RegExp(`^ ${name} — \\S+`));
    });

    it(`${name}: says what it returns`, () => assert.match(header, /^ *returns \S/m));

    for (const [table, listed] of [
      ['KEYS', keys],
      ['ARGV', argv],
    ] as const)
      it(`${name}: numbers its ${table} from 1 without a gap, the rest last`, () => {
        assert.deepEqual(
          listed.map(({ index }) => index),
          listed.map((_, i) => i + 1),
        );
        assert.deepEqual(
          listed.slice(0, -1).filter(({ rest }) => rest),
          [],
        );
      });

    it(`${name}: uses the KEYS of its header, each by its name`, () => {
      const used = keysOf(own);
      assert.deepEqual(
        used,
        keys.map(({ index, name }) => `${index} ${name}`),
        'header (expected) and body (actual) differ',
      );
      for (const { name: key } of keys) {
        const times = body.match(new RegExp(`\\b${key}\\b`, 'g'))?.length ?? 0;
        assert.ok(times > 1, `${key} is in the header, but nothing is done with it`);
      }
    });

    it(`${name}: uses the ARGV of its header, and no other`, () => {
      const rest = argv.find((each) => each.rest);
      const uses = [...body.matchAll(/ARGV\[([^\]]*)\]/g)].map(([, index = '']) => index.trim());
      const fixed = uses.filter((index) => /^\d+$/.test(index)).map(Number);
      const open = uses.some((index) => !/^\d+$/.test(index)) || /#ARGV|unpack\(ARGV|ipairs\(ARGV/.test(body);

      const unused = argv.filter((each) => !each.rest && !fixed.includes(each.index)).map(({ index }) => index);
      assert.deepEqual(unused, [], 'ARGV of the header that the body never reads');
      const known = (index: number) => argv.some((each) => each.index === index || (each.rest && index > each.index));
      assert.deepEqual(
        fixed.filter((index) => !known(index)),
        [],
        'ARGV of the body that the header does not name',
      );
      if (open) assert.ok(rest, 'the body reads a variable number of ARGV: the header needs ARGV[n…]');
      if (rest && !open)
        assert.ok(
          fixed.some((index) => index >= rest.index),
          `nobody reads ARGV[${rest.index}…]`,
        );
    });

    it(`${name}: declares every name as local`, () => {
      const { declared, used } = luaNames(body);
      // A part says itself what has to be there before it.
      if (isPart) for (const each of needsOf(file, header)) declared.add(each);
      const unknown = [...used].filter((each) => !declared.has(each) && !GLOBALS.has(each));
      assert.deepEqual(unknown, []);
    });

    if (!isPart)
      it(`${name}: has all that its parts need, before them`, () => {
        const there = luaNames(own.slice(0, own.indexOf('unpack(KEYS)'))).declared;
        for (const each of included(file, header)) {
          const missing = namesNeeded(each).filter((need) => !there.has(need) && placeOf(file, need) === undefined);
          assert.deepEqual(missing, []);
          for (const given of luaNames(withoutComments(each)).declared) there.add(given);
        }
      });
  }
});

/** `needs clock, ready and ranked.` in the header of a part: other parts, keys, or what other parts give. */
const namesNeeded = (header: string): string[] =>
  /needs ([\w\s,]+?)\./.exec(header)?.[1]?.split(/\s*,\s*|\s+and\s+/) ?? [];

const needsOf = (file: string, header: string): string[] =>
  namesNeeded(header).flatMap((name) =>
    placeOf(file, name) !== undefined ? [...luaNames(withoutComments(part(file, name))).declared, name] : [name],
  );

// `local tasks, ready = unpack(KEYS)` or `local tasks = KEYS[1]`: the keys in order, as "1 tasks".
const keysOf = (body: string): string[] => {
  const unpacked = /local ([\w, ]+) =\s+unpack\(KEYS\)/.exec(body)?.[1]?.split(/, */) ?? [];
  const named = [...body.matchAll(/local (\w+) = KEYS\[(\d+)\]/g)].map(([, name, index]) => `${index} ${name}`);
  const direct = [...body.matchAll(/(local \w+ = )?KEYS\[([^\]]*)\]/g)].filter(([, local]) => local === undefined);
  assert.deepEqual(
    direct.map(([use]) => use),
    [],
    'name the keys first: local name = KEYS[n]',
  );
  return [...unpacked.map((name, i) => `${i + 1} ${name}`), ...named].sort(
    (a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10),
  );
};
