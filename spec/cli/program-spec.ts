import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { program, withAll } from '../../src/cli/program.ts';
import { describe } from '../support/it.ts';
import { root } from '../support/sources.ts';
import { inShell } from './support/inShell.ts';
import { millrace } from './support/shell.ts';

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, Record<string, string>>;

describe('millrace', (it) => {
  it('says its version, and what it can do, with 0', async () => {
    const [version, help, put] = await Promise.all([
      millrace(['--version']),
      millrace(['--help']),
      millrace(['put', '--help']),
    ]);
    assert.deepEqual([version.code, version.out], [0, `${manifest.version}\n`]);
    assert.deepEqual([help.code, help.err], [0, '']);
    for (const command of program().commands) assert.match(help.out, new RegExp(`^  ${command.name()} `, 'm'));
    assert.match(help.out, /Exit codes: 0 done, 1 nothing there or partly failed, 2 wrong use, 3 Redis unreachable/);
    assert.match(put.out, /Global Options:[\s\S]*Examples:\n {2}millrace put /);
  });

  it('tells wrong use in one line, with 2', async () => {
    const wrong: [string[], RegExp][] = [
      [[], /a command is missing; millrace --help lists them/],
      [['frob'], /unknown command 'frob'/],
      [['--frob', 'stats'], /unknown option '--frob'/],
      [['stats', '--redis', 'localhost:6379'], /--redis is "localhost:6379", expected a URL: redis:\/\/host:6379/],
      [['stats', '--redis', 'memory:'], /expected a URL/],
      [['pause'], /missing required argument 'queue'/],
    ];
    const ends = await Promise.all(wrong.map(([args]) => millrace(args, { env: { REDIS_URL: '' } })));
    for (const [i, { code, out, err }] of ends.entries()) {
      assert.deepEqual([code, out, err.split('\n').length], [2, '', 2], err);
      assert.match(err, wrong[i]?.[1] as RegExp);
    }
  });

  it('ends with 3 at once when Redis is not there, or refuses, and shows no password', async () => {
    const began = performance.now();
    const [nobody, unknown] = await Promise.all([
      millrace(['stats', '--redis', 'redis://user:secret@127.0.0.1:1']),
      millrace(['put', 'q', '1'], { env: { REDIS_URL: 'redis://no.such.host.invalid' } }),
    ]);
    assert.deepEqual([nobody.code, unknown.code], [3, 3]);
    assert.match(nobody.err, /^millrace: cannot reach redis:\/\/127\.0\.0\.1:1: .*ECONNREFUSED.*\n$/);
    assert.ok(!nobody.err.includes('secret'));
    assert.match(unknown.err, /no\.such\.host\.invalid/);
    assert.ok(performance.now() - began < 15_000);
  });

  it(
    'ends with 3 when the password is wrong',
    inShell(
      async (shell) => {
        await shell.house.client.config('SET', 'requirepass', 'right');
        const { code, err } = await millrace(['stats', '--redis', shell.house.url.replace('//', '//:wrong@')]);
        assert.equal(code, 3);
        assert.match(err, /WRONGPASS|password/);
      },
      { redis: {} },
    ),
  );

  it(
    'takes options before and behind the command, and Redis and prefix from the environment',
    inShell(async (shell) => {
      (await shell.queue('q').put(1)).unwrap();
      const runs = await Promise.all([
        millrace(['--redis', shell.house.url, '--prefix', shell.prefix, '--json', 'stats', '--over', '0ms']),
        millrace(['stats', '--over', '0ms', '--json', '--prefix', shell.prefix, '--redis', shell.house.url]),
        shell.run('stats', '--over', '0ms', '--json'),
      ]);
      for (const { code, out } of runs) assert.deepEqual([code, JSON.parse(out).ready], [0, 1]);
    }),
  );

  it('loads no third-party package that the library does not need', () => {
    const needed = new Set([
      ...Object.keys(manifest.dependencies ?? {}),
      ...Object.keys(manifest.peerDependencies ?? {}),
    ]);
    const imported = [
      ...readFileSync(join(root, 'dist/cli.js'), 'utf8').matchAll(/^import .*?from '([^'./][^']*)';$/gm),
    ]
      .map(([, name = '']) => name)
      .filter((name) => !isBuiltin(name));
    assert.deepEqual(
      imported.filter((name) => !needed.has(name.split('/')[0] ?? '')),
      [],
    );
    assert.match(readFileSync(join(root, 'dist/cli-licenses.txt'), 'utf8'), /commander[\s\S]*MIT/);
  });

  it('names no option twice', () => {
    for (const { options } of withAll(program()))
      assert.equal(new Set(options.map(({ long }) => long)).size, options.length);
  });
});
