import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe } from './support/it.ts';
import { root } from './support/sources.ts';

// Every snippet of README.md does what it says. A `ts` snippet is run as a program of its own, and prints what its
// comments promise, line by line: `console.log(1); // → 1`. What a reader need not see stands in HTML comments around
// it: `<!-- given … -->` goes before the snippet, `<!-- after … -->` behind it.

const run = promisify(execFile);
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  name: string;
  scripts: Record<string, string>;
  peerDependencies: Record<string, string>;
  peerDependenciesMeta: Record<string, unknown>;
};

interface Snippet {
  readonly line: number;
  readonly language: string;
  readonly code: string;
  /** With what is hidden around it. */
  readonly program: string;
}

const SNIPPET = /(?:<!-- given\n([\s\S]*?)-->\n)?^```(\w*)\n([\s\S]*?)^```$(?:\n<!-- after\n([\s\S]*?)-->)?/gm;

const snippets: Snippet[] = [...readme.matchAll(SNIPPET)].map(
  ([, given = '', language = '', code = '', after = ''], i, all) => ({
    line: readme.slice(0, all[i]?.index).split('\n').length + given.split('\n').length,
    language,
    code,
    program: given + code + after,
  }),
);
const programs = snippets.filter(({ language }) => language === 'ts');

const promised = (program: string): string[] => [...program.matchAll(/\/\/ → (.*)$/gm)].map(([, line = '']) => line);

describe('README.md', (it) => {
  let folder = '';
  const fileOf = ({ line }: Snippet): string => join(folder, `line${line}.mts`);
  it.before(() => {
    // Within the project, where rxjs and ioredis are found.
    const cache = join(root, 'node_modules/.cache');
    mkdirSync(cache, { recursive: true });
    folder = mkdtempSync(join(cache, 'readme-'));
    for (const snippet of programs) writeFileSync(fileOf(snippet), snippet.program);
  });
  it.after(() => rmSync(folder, { recursive: true, force: true }));

  it('has snippets of known languages only', () => {
    assert.ok(programs.length > 0);
    for (const { language, line } of snippets)
      assert.ok(['ts', 'sh', ''].includes(language), `line ${line}: ${language}`);
  });

  for (const snippet of programs)
    it(`line ${snippet.line}: the snippet runs and prints what it promises`, async () => {
      const register = join(root, 'spec/support/registerSelf.mjs');
      const { stdout } = await run(process.execPath, ['--import', register, fileOf(snippet)], { timeout: 30_000 });
      assert.deepEqual(stdout.trimEnd().split('\n'), promised(snippet.program));
    });

  it('has snippets that TypeScript accepts', async () => {
    const paths = {
      [manifest.name]: [join(root, 'src/index.ts')],
      [`${manifest.name}/*`]: [join(root, 'src/*/index.ts')],
    };
    const config = {
      extends: join(root, 'tsconfig.json'),
      compilerOptions: { paths },
      include: ['*.mts', join(root, 'src/broker/lua.d.ts')],
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    const told = await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder]).catch(
      ({ stdout }: { stdout: string }) => ({ stdout }),
    );
    assert.equal(told.stdout, '');
  });

  it('names commands that there are', () => {
    const neededPeers = Object.keys(manifest.peerDependencies).filter(
      (name) => !(name in manifest.peerDependenciesMeta),
    );
    const shell = snippets.filter(({ language }) => language === 'sh').map(({ code }) => code);
    const commands = [
      ...shell.join('').split('\n'),
      ...[...readme.matchAll(/`(npm [^`]+)`/g)].map(([, each = '']) => each),
    ];
    for (const command of commands.flatMap((each) => each.split('&&')).map((each) => each.trim())) {
      const [npm, verb, ...rest] = command.split(' ');
      if (npm !== 'npm') assert.equal(command, '');
      else if (verb === 'install') assert.deepEqual(new Set(rest), new Set([manifest.name, ...neededPeers]));
      else if (verb === 'run') assert.ok(rest[0] !== undefined && rest[0] in manifest.scripts, command);
      else if (verb === 'test') assert.ok('test' in manifest.scripts);
      else assert.equal(command, 'npm ci');
    }
  });

  it('links to files that there are', () => {
    const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, target = '']) => target);
    assert.ok(links.length > 0);
    assert.deepEqual(
      links.filter((target) => !existsSync(join(root, target))),
      [],
    );
  });
});
