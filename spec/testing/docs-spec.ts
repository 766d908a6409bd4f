import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe } from '../support/it.ts';
import { root } from '../support/sources.ts';

// Every example of docs/testing.md is a test file for node:test, and passes.

const run = promisify(execFile);
const guide = readFileSync(join(root, 'docs/testing.md'), 'utf8');
const examples = [...guide.matchAll(/^## (.*)$[^`]*(?:`[^`\n]+`[^`]*)*?^```ts\n([\s\S]*?)^```$/gm)].map(
  ([, title = '', code = '']) => ({ title, code }),
);

describe('docs/testing.md', (it) => {
  let folder = '';
  const fileOf = (i: number): string => join(folder, `example${i}.mts`);
  it.before(() => {
    const cache = join(root, 'node_modules/.cache');
    mkdirSync(cache, { recursive: true });
    folder = mkdtempSync(join(cache, 'testing-'));
    for (const [i, { code }] of examples.entries()) writeFileSync(fileOf(i), code);
  });
  it.after(() => rmSync(folder, { recursive: true, force: true }));

  it('has the five examples', () => {
    assert.equal(examples.length, [...guide.matchAll(/^```ts$/gm)].length);
    assert.deepEqual(
      examples.map(({ title }) => title),
      [
        'A handler that fails twice',
        'A batch that closes by time',
        'A slow consumer and its backpressure',
        'A lost connection',
        'Two queues merged by priority',
      ],
    );
  });

  for (const [i, { title }] of examples.entries())
    it(`${title}: passes`, async () => {
      const register = join(root, 'spec/support/registerSelf.mjs');
      const { stdout } = await run(process.execPath, ['--import', register, '--test-reporter=tap', fileOf(i)]).catch(
        (failed: { stdout: string }) => failed,
      );
      assert.match(stdout, /^# pass 1$[\s\S]*^# fail 0$/m);
    });

  it('has examples that TypeScript accepts', async () => {
    const config = {
      extends: join(root, 'tsconfig.json'),
      compilerOptions: {
        paths: { millrace: [join(root, 'src/index.ts')], 'millrace/testing': [join(root, 'src/testing/index.ts')] },
      },
      include: ['*.mts', join(root, 'src/broker/lua.d.ts')],
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const told = await run(process.execPath, [tsc, '-p', folder]).catch((failed: { stdout: string }) => failed);
    assert.equal(told.stdout, '');
  });
});
