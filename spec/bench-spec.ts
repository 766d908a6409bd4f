import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe } from './support/it.ts';
import { root } from './support/sources.ts';

const run = promisify(execFile);
const bench = (...args: string[]) => run(process.execPath, [join(root, 'bench/run.mjs'), 'smoke', ...args]);
const LOSSY = join(root, 'spec/fixtures/bench/lossy.mjs');

/** `case: contestant` of each row with figures. */
const measured = (stdout: string): string[] =>
  [...(stdout.split('| mark ')[0] ?? '').matchAll(/^\| (\S.*?) +\| (\S+) +\| +[\d.]+k? \|/gm)].map(
    ([, test, who]) => `${test}: ${who}`,
  );

describe('bench', (it) => {
  it('measures the built package beside a yardstick, loses nothing, and holds both against the marks', async () => {
    const { stdout } = await bench('put', 'consume-100', 'together', 'latency-2000', 'memory', 'millrace', 'lua');
    const tests = [
      'single puts, 1,000 in flight',
      'bulk puts of 1,000',
      'consume, concurrency 100',
      'end to end, single puts',
      'end to end, bulk puts',
      'put to work at 2,000/s',
      'put to work at 2,000/s beside a backlog',
      'bytes of a waiting task',
    ];
    assert.deepEqual(
      measured(stdout),
      tests.flatMap((test) => [`${test}: millrace`, `${test}: lua`]),
    );
    assert.match(stdout, /^\| consume, concurrency 100 +\| lua +\| +[\d.]+ \| +[\d.]+ \| +≥ 0\.65 \| +(yes|no) \|$/m);
    assert.match(stdout, /each task was handled exactly once, and nothing was left/);
  });

  it('knows every bare contestant', async () => {
    const bare = ['list', 'lmove', 'stream'];
    const { stdout } = await bench('put-multi', 'processes-4', ...bare);
    const tests = ['bulk puts of 1,000', 'consume, 4 processes'];
    assert.deepEqual(
      measured(stdout),
      tests.flatMap((test) => bare.map((who) => `${test}: ${who}`)),
    );
  });

  it('measures what a task costs beside many others', async () => {
    const { stdout } = await bench('flat-leased-10', 'flat-delayed-0');
    assert.deepEqual(measured(stdout), ['beside 10 leased: millrace', 'beside 0 delayed: millrace']);
    assert.match(stdout, /slowest script, ms, beside 0 delayed/);
  });

  it('gives a contestant that loses and doubles tasks no figures, and says what it did', async () => {
    const lossy = bench('consume-10', LOSSY);
    await assert.rejects(lossy, ({ code, stdout }: { code: number; stdout: string }) => {
      assert.equal(code, 1);
      assert.deepEqual(measured(stdout), []);
      assert.match(stdout, /^ {2}lossy: consume, concurrency 10: 1 of 1 runs: \d+ lost, \d+ doubled$/m);
      return true;
    });
  });

  it('fails when there is nothing to measure', async () => {
    await assert.rejects(bench('no such case'), { code: 1, stderr: /nothing is called no such case/ });
  });
});
