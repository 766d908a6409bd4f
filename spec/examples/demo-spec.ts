import assert from 'node:assert/strict';
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { describe } from '../support/it.ts';
import { root } from '../support/sources.ts';

/** Takes a second with two workers left. */
const PARAGRAPHS = 700;

describe('demo', (it) => {
  let redis: Redis;
  let folder: string;
  let book: string;

  it.before(() => {
    redis = new Redis(process.env.REDIS_URL as string);
    folder = mkdtempSync(join(tmpdir(), 'millrace-demo-'));
    book = join(folder, 'book.txt');
    const paragraph = (_: unknown, i: number): string => `Once upon a time\nthere were ${i} words.`;
    writeFileSync(book, Array.from({ length: PARAGRAPHS }, paragraph).join('\n\n'));
  });
  it.after(() => {
    redis.disconnect();
    rmSync(folder, { recursive: true });
  });

  const play = (file: string, env: NodeJS.ProcessEnv = {}): ChildProcessWithoutNullStreams =>
    spawn(process.execPath, [join(root, 'examples/demo.mjs'), file], { env: { ...process.env, ...env } });

  const outcome = async (demo: ChildProcessWithoutNullStreams) => {
    const [out, errors, [code]] = await Promise.all([text(demo.stdout), text(demo.stderr), once(demo, 'close')]);
    return { out, errors, code: code as number };
  };

  const keysOf = ({ pid }: ChildProcessWithoutNullStreams): Promise<string[]> => redis.keys(`millrace-demo-${pid}-*`);

  const untilKey = async (demo: ChildProcessWithoutNullStreams, ending: string): Promise<string> => {
    for (;;) {
      const key = (await keysOf(demo)).find((name) => name.endsWith(ending));
      if (key !== undefined) return key;
      await sleep(10);
    }
  };

  it('counts as a sequential count does although a worker is killed, and leaves no keys', async () => {
    const demo = play(book);
    const { out, errors, code } = await outcome(demo);
    assert.deepEqual([code, errors], [0, '']);
    assert.match(out, /worker 2 is killed/);
    assert.match(out, /[1-9]\d* tasks came a second time/);
    assert.match(out, /5,600 words, 707 different ones: as in a sequential count, word by word/);
    assert.deepEqual(await keysOf(demo), []);
  });

  it('fails, naming the word, when a count is off by one', async () => {
    const demo = play(book);
    const over = outcome(demo);
    await redis.hincrby(await untilKey(demo, ':words'), 'upon', 1);
    const { errors, code } = await over;
    assert.equal(code, 1);
    assert.match(errors, /upon 701, not 700/);
  });

  it('ends on Ctrl-C with its workers gone and its keys removed', async () => {
    const demo = play(book);
    const over = outcome(demo);
    await untilKey(demo, ':words');
    demo.kill('SIGINT');
    // Its output closes when its last worker, who shares it, is gone.
    assert.equal((await over).code, 130);
    assert.deepEqual(await keysOf(demo), []);
  });

  it('goes on in memory when no Redis can be had, and says so', async () => {
    const { out, code } = await outcome(play(book, { REDIS_URL: '', REDIS_SERVER: '/nowhere' }));
    assert.equal(code, 0);
    assert.match(out, /REDIS_SERVER is \/nowhere/);
    assert.match(out, /without Redis: on a queue in memory/);
    assert.match(out, /5,600 words, 707 different ones: as in a sequential count, word by word/);
  });

  it('says what is missing when its Redis is away, or there is no such file, or nothing in it', async () => {
    const empty = join(folder, 'empty.txt');
    writeFileSync(empty, '\n\n');
    const tries: [ChildProcessWithoutNullStreams, RegExp][] = [
      [play(book, { REDIS_URL: 'redis://127.0.0.1:1' }), /cannot reach the Redis of \$REDIS_URL: .*ECONNREFUSED/],
      [play(join(folder, 'missing.txt')), /cannot read the text: .*missing\.txt/],
      [play(empty), /empty\.txt is empty/],
    ];
    const outcomes = await Promise.all(tries.map(([demo]) => outcome(demo)));
    for (const [i, { errors, code }] of outcomes.entries()) {
      assert.equal(code, 1);
      assert.match(errors, tries[i]?.[1] as RegExp);
    }
  });
});
