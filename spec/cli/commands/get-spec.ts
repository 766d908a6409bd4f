import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe } from '../../support/it.ts';
import { until } from '../../support/until.ts';
import { inShell } from '../support/inShell.ts';
import { millrace } from '../support/shell.ts';

describe('millrace get', (it) => {
  it(
    'prints one task, id and payload, and acknowledges it',
    inShell(async (shell) => {
      const queue = shell.queue('q');
      (await queue.put({ to: 'ada' }, { id: 'a' })).unwrap();
      (await queue.put('b', { id: 'b' })).unwrap();
      const { code, out, err } = await shell.run('get', 'q');
      assert.deepEqual([code, out, err], [0, 'a {"to":"ada"}\n', '']);
      assert.deepEqual(await shell.counts('q'), { ready: 1, leased: 0, delayed: 0, dead: 0 });
      assert.equal((await queue.stats()).unwrap().acked, 1);
    }),
  );

  it(
    'prints so many, or all there are, and ends with 1 when there is none',
    inShell(async (shell) => {
      const queue = shell.queue<number>('q');
      (await queue.putMulti(Array.from({ length: 700 }, (_, i) => i))).unwrap();
      const some = await shell.run('get', 'q', '--count', '300');
      assert.equal(some.out.trim().split('\n').length, 300);
      const rest = await shell.run('get', 'q', '--count', 'all');
      const payloads = (some.out + rest.out)
        .trim()
        .split('\n')
        .map((line) => Number(line.split(' ')[1]));
      assert.deepEqual(
        payloads,
        Array.from({ length: 700 }, (_, i) => i),
      );
      const none = await shell.run('get', 'q');
      assert.deepEqual([none.code, none.out, none.err], [1, '', '']);
      assert.equal((await queue.stats()).unwrap().acked, 700);
    }),
  );

  it(
    'says all of a task with --json',
    inShell(async (shell) => {
      (await shell.queue('q').put([1], { id: 'a', headers: { k: 'v' } })).unwrap();
      const [record] = await shell.records('get', 'q');
      const { enqueuedAt, ...rest } = record as { enqueuedAt: string };
      assert.deepEqual(rest, { id: 'a', payload: [1], deliveries: 1, failures: 0, priority: 0, headers: { k: 'v' } });
      assert.ok(Math.abs(Date.parse(enqueuedAt) - Date.now()) < 60_000);
    }),
  );

  it(
    'waits as long as it is told, and no longer',
    inShell(async (shell) => {
      const get = shell.start('get', 'q', '--timeout', '30s');
      await until(async () => (await shell.house.blocked()) > 0);
      (await shell.queue('q').put(1, { id: 'a' })).unwrap();
      assert.deepEqual(await get.ended, { code: 0, out: 'a 1\n', err: '' });
      assert.equal((await shell.run('get', 'q', '--timeout', '20ms')).code, 1);
    }),
  );

  it(
    'follows a queue until Ctrl-C, and then leaves no task held',
    inShell(async (shell) => {
      const get = shell.start('get', 'q', '--follow');
      const queue = shell.queue('q');
      for (const n of [1, 2]) {
        (await queue.put(n)).unwrap();
        await get.says(new RegExp(` ${n}\n`));
      }
      get.kill('SIGINT');
      const { code, err } = await get.ended;
      assert.deepEqual([code, err], [0, '']);
      (await queue.put(3)).unwrap();
      assert.deepEqual(await shell.counts('q'), { ready: 1, leased: 0, delayed: 0, dead: 0 });
    }),
  );

  it(
    'hands back what it printed with --no-ack, in the old order',
    inShell(async (shell) => {
      const queue = shell.queue<number>('q');
      (await queue.putMulti(Array.from({ length: 600 }, (_, i) => i))).unwrap();
      const { code, out } = await shell.run('get', 'q', '--count', '550', '--no-ack');
      assert.deepEqual([code, out.trim().split('\n').length], [0, 550]);
      const again = (await queue.getMulti(600)).unwrap();
      assert.deepEqual(
        again.map(({ payload }) => payload),
        Array.from({ length: 600 }, (_, i) => i),
      );
    }),
  );

  it(
    'hands back what nobody read any more, quietly',
    inShell(async (shell) => {
      const queue = shell.queue<string>('q');
      // More than a pipe holds, so that it has to wait for its reader.
      (await queue.putMulti(Array.from({ length: 1_000 }, () => 'x'.repeat(1_000)))).unwrap();
      const get = shell.start('get', 'q', '--count', 'all');
      get.child.stdout?.once('data', () => get.child.stdout?.destroy());
      const { code, err } = await get.ended;
      assert.deepEqual([code, err], [0, '']);
      const { ready, leased } = await shell.counts('q');
      const { acked } = (await queue.stats()).unwrap();
      assert.equal(leased, 0);
      assert.equal(ready + acked, 1_000);
      assert.ok(ready > 500, `${ready} are left`);
    }),
  );

  it(
    'ends on Ctrl-C although its reader does not read, and hands back what he has not',
    inShell(async (shell) => {
      const queue = shell.queue<string>('q');
      (await queue.putMulti(Array.from({ length: 1_000 }, () => 'x'.repeat(1_000)))).unwrap();
      const get = shell.start('get', 'q', '--count', 'all');
      get.child.stdout?.pause();
      await until(async () => (await queue.stats()).unwrap().leased > 0);
      get.kill('SIGINT');
      await once(get.child, 'exit');
      const { ready, leased } = await shell.counts('q');
      assert.equal(leased, 0);
      assert.equal(ready + (await queue.stats()).unwrap().acked, 1_000);
      assert.ok(ready > 500, `${ready} are left`);
    }),
  );

  it(
    'goes on following when Redis comes back',
    inShell(
      async (shell) => {
        const get = shell.start('get', 'q', '--follow');
        const queue = shell.queue('q');
        (await queue.put(1)).unwrap();
        await get.says(/ 1\n/);
        await shell.house.server.restart();
        (await queue.put(2)).unwrap();
        await get.says(/ 2\n/);
        get.kill('SIGINT');
        assert.equal((await get.ended).code, 0);
      },
      { redis: { args: ['--appendonly', 'yes', '--appendfsync', 'always'] } },
    ),
  );

  it(
    'shows payloads of every codec, on one line each',
    inShell(async (shell) => {
      const queue = shell.queue('q');
      (await queue.put('two\nlines', { id: 'a', codec: 'raw' })).unwrap();
      (await queue.put(Buffer.from([255]), { id: 'b', codec: 'raw' })).unwrap();
      (await queue.put({ n: 1 }, { id: 'c', codec: 'msgpack' })).unwrap();
      (await queue.put(['x'], { id: 'd', codec: 'pickle' })).unwrap();
      const { out } = await shell.run('get', 'q', '--count', 'all');
      assert.equal(out, 'a "two\\nlines"\nb base64:/w==\nc {"n":1}\nd ["x"]\n');
    }),
  );

  it('refuses what makes no sense together', async () => {
    const wrong: [string[], RegExp][] = [
      [['--follow', '--count', '2'], /exclude each other/],
      [['--no-ack', '--follow'], /peek/],
      [['--no-ack', '--exec', 'cat'], /exclude each other/],
      [['--no-ack', '--count', 'all'], /--count/],
      [['--count', '0'], /1 or more, or 'all'/],
      [['--exec'], /Expected a command/],
      [['--timeout', '99d'], /at most 24d/],
    ];
    const ends = await Promise.all(wrong.map(([args]) => millrace(['get', 'q', ...args])));
    for (const [i, { code, err }] of ends.entries()) {
      assert.deepEqual([code, err.split('\n').length], [2, 2], err);
      assert.match(err, wrong[i]?.[1] as RegExp);
    }
  });
});
