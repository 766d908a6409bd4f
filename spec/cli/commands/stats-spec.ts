import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe } from '../../support/it.ts';
import { inShell } from '../support/inShell.ts';

describe('millrace stats', (it) => {
  it(
    'finds all queues of its prefix, sorted, and tells what is where',
    inShell(async (shell) => {
      const [b, a] = [shell.queue('b'), shell.queue('a{x}:y')];
      (await b.putMulti([1, 2, 3])).unwrap();
      (await b.put(4, { delay: 60_000 })).unwrap();
      await (await b.get()).unwrap().kill('why');
      const held = (await b.get()).unwrap();
      (await a.put(1)).unwrap();
      (await a.pause()).unwrap();
      await shell.house.client.set(`${shell.prefix}:stranger`, 1);
      const { code, out } = await shell.run('stats', '--over', '0ms');
      assert.equal(code, 0);
      const rows = out
        .trim()
        .split('\n')
        .map((line) => line.split('\t'));
      assert.deepEqual(
        rows.map((row) => row.filter((_, i) => i !== 7)),
        [
          ['a{x}:y', '1', '0', '0', '0', '-', '-', 'paused'],
          ['b', '1', '1', '1', '1', '-', '-', '-'],
        ],
      );
      for (const row of rows) assert.match(row[7] ?? '', /^\d+m?s$/);
      assert.ok((await held.ack()).ok);
    }),
  );

  it(
    'counts puts and acks for the rates',
    inShell(async (shell) => {
      const queue = shell.queue('q');
      (await queue.put(0)).unwrap();
      const stats = shell.records('stats', 'q', '--over', '1s');
      const busy = (async () => {
        for (let i = 0; i < 30; i++) {
          (await queue.put(i)).unwrap();
          await (await queue.get()).unwrap().ack();
          await sleep(50);
        }
      })();
      const [row] = await stats;
      await busy;
      assert.ok(Number(row?.putRate) > 0 && Number(row?.putRate) < 500, JSON.stringify(row));
      assert.ok(Number(row?.ackRate) > 0);
    }),
  );

  it(
    'tells how long the next task has waited, whatever was removed before it',
    inShell(async (shell) => {
      const queue = shell.queue('q');
      (await queue.put(1, { id: 'old' })).unwrap();
      await sleep(1_100);
      (await queue.put(2, { id: 'new' })).unwrap();
      const [before] = await shell.records('stats', 'q', '--over', '0ms');
      assert.ok(Number(before?.oldest) >= 1_100);
      (await queue.remove('old')).unwrap();
      const [after] = await shell.records('stats', 'q', '--over', '0ms');
      assert.ok(Number(after?.oldest) < Number(before?.oldest));
      (await queue.remove('new')).unwrap();
      const [empty] = await shell.records('stats', 'q', '--over', '0ms');
      assert.deepEqual([empty?.oldest, empty?.ready, empty?.put], [null, 0, 2]);
    }),
  );

  it(
    'is a table on a terminal, in colours unless NO_COLOR',
    inShell(async (shell) => {
      (await shell.queue('mails').putMulti(Array.from({ length: 1_234 }, (_, i) => i))).unwrap();
      const [colored, plain] = [
        shell.screen(['stats', '--over', '0ms']),
        shell.screen(['stats', '--over', '0ms'], { env: { NO_COLOR: '1' } }),
      ];
      assert.deepEqual([await colored.ended, await plain.ended], [0, 0]);
      for (const { text } of [colored, plain]) assert.match(text, /queue +ready .*\nmails +1,234 +0 +0 +0 +-/);
      assert.ok(colored.raw.includes('\u001b[1m'));
      assert.ok(!plain.raw.includes('\u001b['));
    }),
  );

  it(
    'ends with 1 when there is no queue, or not one of those named',
    inShell(async (shell) => {
      (await shell.queue('other', { prefix: `${shell.prefix}x` }).put(1)).unwrap();
      const named = await shell.run('stats', 'other', '--prefix', `${shell.prefix}x`, 'nobody', '--over', '0ms');
      assert.deepEqual([named.code, named.err], [1, 'millrace: there is no queue nobody\n']);
      assert.match(named.out, /^other\t1\t/);
      const { code, out, err } = await shell.run('stats');
      assert.deepEqual([code, out], [1, '']);
      assert.match(err, /no queue with the prefix/);
    }),
  );
});
