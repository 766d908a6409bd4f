import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe } from './support/it.ts';
import { root } from './support/sources.ts';

const run = promisify(execFile);
const bench = (...args: string[]) => run(process.execPath, [join(root, 'bench/run.mjs'), 'smoke', ...args]);

describe('bench', (it) => {
  it('runs every case on the built package and both yardsticks, and loses nothing', async () => {
    const { stdout } = await bench('millrace|in flight|concurrency 100:');
    const rows = [...stdout.matchAll(/^\| (\S.*?) +\| (\w+) +\| +[\d.]+k \|/gm)].map(
      ([, test, who]) => `${test}: ${who}`,
    );
    assert.deepEqual(rows, [
      'put, 1,000 in flight: list',
      'put, 1,000 in flight: lua',
      'put, 1,000 in flight: millrace',
      'putMulti of 1,000: millrace',
      'consume, concurrency 1: millrace',
      'consume, concurrency 100: list',
      'consume, concurrency 100: lua',
      'consume, concurrency 100: millrace',
      'consume, concurrency 1,000: millrace',
    ]);
    assert.match(stdout, /each task was handled exactly once, and nothing was left/);
  });

  it('fails when there is nothing to measure', async () => {
    await assert.rejects(bench('no such case'), { code: 1, stderr: /nothing is called/ });
  });
});
