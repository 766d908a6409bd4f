import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe } from '../support/it.ts';
import { importsOf, reached, root, sources } from '../support/sources.ts';

const run = (fixture: string, ...options: string[]) => {
  const register = join(root, 'spec/support/registerSelf.mjs');
  const file = join(root, 'spec/fixtures/testing', fixture);
  // As a user's shell has it, and not as a child of this run.
  const { UVU_DEFER: _, NODE_TEST_CONTEXT: __, ...env } = process.env;
  const { status, stdout } = spawnSync(process.execPath, ['--import', register, ...options, file], {
    encoding: 'utf8',
    env: { ...env, NO_COLOR: '1' },
    timeout: 30_000,
  });
  return { status, stdout };
};

describe('millrace/testing in other runners', (it) => {
  it('passes and fails under node:test', () => {
    const { status, stdout } = run('nodeTest.ts', '--test-reporter=tap');
    assert.equal(status, 1);
    assert.match(stdout, /^ok 1 - passes$/m);
    assert.match(stdout, /^not ok 2 - fails$/m);
    assert.match(stdout, /code: 'ERR_ASSERTION'/);
    assert.match(stdout, /expectSettlements: [\s\S]*\+ +'3: ack a'\s+- +'4: ack a'/);
    assert.match(stdout, /pipeline\.ts:8/);
  });

  it('passes and fails under uvu', () => {
    const { status, stdout } = run('uvu.ts');
    assert.equal(status, 1);
    assert.match(stdout, /Total: +2\s+Passed: +1/);
    assert.match(stdout, /FAIL +"fails"[\s\S]*expectSettlements: [\s\S]*'3: ack a'/);
  });

  it('throws an AssertionError that holds what differs, for vitest, jest and all others', () => {
    const { status, stdout } = run('plain.ts');
    assert.equal(status, 0, stdout);
    assert.deepEqual(JSON.parse(stdout), {
      code: 'ERR_ASSERTION',
      actual: ['3: ack a'],
      expected: ['4: ack a'],
    });
  });

  it('imports nothing but what the package has anyway', () => {
    const codes = new Map(sources('src').map(({ name, code }) => [`src/${name}`, code]));
    const packages = [...reached('src/testing/index.ts', (file) => codes.get(file)).keys()]
      .filter((target) => !target.startsWith('src/') && !target.endsWith('.lua'))
      .map((target) => target.replace(/^(node:)?([^/]+).*/, '$1$2'));
    for (const name of packages) assert.match(name, /^(node:.*|rxjs|ioredis|ts-results|msgpackr|yaml)$/);
    assert.ok(importsOf('src/testing/marbleSpec.ts', codes.get('src/testing/marbleSpec.ts') ?? '').length > 0);
  });
});
