import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe } from '../support/it.ts';
import { inLab, rqVersion } from './support/lab.ts';

const root = join(import.meta.dirname, '../..');

describe('docs/rq.md', (it) => {
  it.before(rqVersion);

  it(
    'begins with a service of ten lines that works',
    inLab(async (lab) => {
      const [, example = ''] = /```ts\n([\s\S]*?)```/.exec(readFileSync(join(root, 'docs/rq.md'), 'utf8')) ?? [];
      assert.ok(example.trim().split('\n').length <= 10);
      const file = join(root, `spec/rq/fixtures/docs-${process.pid}.tmp.ts`);
      writeFileSync(file, example.replace("'millrace/rq'", "'../../../src/rq/index.ts'"));
      try {
        lab.python(['default']);
        const args = ['--import', join(root, 'spec/support/register.mjs'), file];
        const { stdout } = await promisify(execFile)(process.execPath, args, {
          env: { ...process.env, REDIS_URL: lab.url },
        });
        assert.equal(stdout, '3\n');
      } finally {
        rmSync(file);
      }
    }),
  );
});
