import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { program, withAll } from '../../src/cli/program.ts';
import { describe } from '../support/it.ts';
import { root } from '../support/sources.ts';

const text = readFileSync(join(root, 'docs/cli.md'), 'utf8');
const sections = new Map(
  text.split(/^## /m).map((section) => [/^`?([^`\n]*)/.exec(section)?.[1] ?? '', section] as const),
);

const nameOf = (command: Command): string =>
  command.parent?.parent == null ? command.name() : `${nameOf(command.parent)} ${command.name()}`;
const leaves = withAll(program()).filter(({ commands }) => commands.length === 0);

/** The options a section has rows for, as they stand there. */
const documented = (section: string): string[] =>
  [...section.matchAll(/^\| `(--[^`]*)` \|/gm)].map(([, flags = '']) => flags);

const examplesOf = (help: string): string[] => [...help.matchAll(/^ +(millrace .*)$/gm)].map(([, line = '']) => line);

const helpOf = (command: Command): string => {
  let said = '';
  command.configureOutput({ writeOut: (part) => (said += part) });
  command.outputHelp();
  return said;
};

describe('docs/cli.md', (it) => {
  it('has a section for every command, in the order of the help, and none for others', () => {
    const [, , ...commands] = [...sections.keys()];
    assert.deepEqual(commands, leaves.map(nameOf));
  });

  it('has a row for every option that stands for all', () => {
    const all = program().options.map(({ flags }) => flags);
    assert.deepEqual(new Set(documented(sections.get('For every command') ?? '')), new Set([...all, '--help']));
  });

  for (const command of leaves) {
    const name = nameOf(command);

    it(`${name}: has a row for every option, and no other`, () => {
      const options = command.options.map(({ flags }) => flags);
      assert.deepEqual(new Set(documented(sections.get(name) ?? '')), new Set(options));
    });

    it(`${name}: shows examples, here and in its help`, () => {
      const examples = examplesOf(helpOf(command));
      assert.ok(examples.length > 0, `millrace ${name} --help has no example`);
      for (const line of [...examples, ...((sections.get(name) ?? '').match(/^millrace .*$/gm) ?? [])])
        assert.ok(line.startsWith(`millrace ${name} `) || line === `millrace ${name}`, line);
      assert.match(sections.get(name) ?? '', new RegExp(`^millrace ${name}\\b`, 'm'));
    });
  }
});
