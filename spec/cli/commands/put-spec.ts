import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { UniqueQueue } from '../../../src/structures/uniqueQueue.ts';
import { describe } from '../../support/it.ts';
import { until } from '../../support/until.ts';
import { inShell } from '../support/inShell.ts';
import { millrace } from '../support/shell.ts';

const numbers = (count: number): string => Array.from({ length: count }, (_, i) => `${i + 1}\n`).join('');

describe('millrace put', (it) => {
  it(
    'puts the payloads of the line in order, and prints their ids',
    inShell(async (shell) => {
      const { code, out, err } = await shell.run('put', 'mails', '{"to":"ada"}', '2');
      assert.deepEqual([code, err], [0, '']);
      const tasks = (await shell.queue('mails').getMulti(5)).unwrap();
      assert.deepEqual(out, tasks.map(({ id }) => `${id}\n`).join(''));
      assert.deepEqual(
        tasks.map(({ payload }) => payload),
        [{ to: 'ada' }, 2],
      );
    }),
  );

  it(
    'puts with an id, headers, a delay and a codec, or to the front',
    inShell(async (shell) => {
      const runs = await Promise.all([
        shell.run('put', 'q', '--id', 'order-7', '--header', 'a=b=c', '--header', 'd=', '1'),
        shell.run('put', 'q', '--codec', 'msgpack', '[1]', '--id', 'packed'),
        shell.run('put', 'q', '--codec', 'raw', 'no JSON', '--id', 'raw'),
        shell.run('put', 'q', '--delay', '5m', '3'),
      ]);
      assert.deepEqual(
        runs.map(({ code }) => code),
        [0, 0, 0, 0],
      );
      assert.equal((await shell.run('put', 'q', '--front', '0')).code, 0);
      assert.deepEqual(await shell.counts('q'), { ready: 4, leased: 0, delayed: 1, dead: 0 });
      const tasks = (await shell.queue('q').getMulti(5)).unwrap();
      const byId = new Map(tasks.map((task) => [task.id, task]));
      assert.equal(tasks[0]?.payload, 0);
      assert.deepEqual(byId.get('order-7')?.headers, { a: 'b=c', d: '' });
      assert.deepEqual(byId.get('packed')?.payload, [1]);
      assert.deepEqual(byId.get('raw')?.payload, Buffer.from('no JSON'));
    }),
  );

  it(
    'puts with a priority, and not twice what is unique',
    inShell(async (shell) => {
      await shell.run('put', 'q', '1', '2');
      await shell.run('put', 'q', '3', '--priority', '9');
      assert.equal((await shell.queue('q').get()).unwrap().payload, 3);
      const [first, twin, other] = [
        await shell.run('put', 'u', '{"a":1}', '--unique'),
        await shell.run('put', 'u', '{"a":1}', '--unique'),
        await shell.feed('{"a":1}\n{"a":2}\n{"a":2}\n', 'put', 'u', '--unique'),
      ];
      assert.equal(twin.out, `${first.out.trim()} is in the queue already\n`);
      assert.equal(other.out, '1 task put into u\n');
      assert.equal((await shell.counts('u')).ready, 2);
    }),
  );

  it(
    'leaves it to the queue until when twins are kept out',
    inShell(async (shell) => {
      const queue = new UniqueQueue('u', {
        connection: shell.house.url,
        prefix: shell.prefix,
        unique: { until: 'settled' },
      });
      shell.house.atEnd(() => queue.close({ timeout: 0 }));
      (await queue.put(1)).unwrap();
      const held = (await queue.get()).unwrap();
      assert.match((await shell.run('put', 'u', '1', '--unique')).out, /is in the queue already/);
      assert.ok((await held.ack()).ok);
    }),
  );

  it(
    'changes nothing when the id is there already, and says so',
    inShell(async (shell) => {
      await shell.run('put', 'q', '--id', 'x', '1');
      const again = await shell.run('put', 'q', '--id', 'x', '2');
      assert.deepEqual([again.code, again.out], [0, 'x is in the queue already\n']);
      assert.deepEqual(await shell.records('put', 'q', '--id', 'x', '2'), [{ id: 'x', added: false }]);
      assert.equal((await shell.queue('q').get()).unwrap().payload, 1);
    }),
  );

  it(
    'puts a line of standard input each, in order, as long as it lasts',
    inShell(async (shell) => {
      const { code, out } = await shell.feed(numbers(2_500), 'put', 'q', '--batch', '100');
      assert.deepEqual([code, out], [0, '2,500 tasks put into q\n']);
      const payloads: unknown[] = [];
      for (let i = 0; i < 3; i++)
        payloads.push(...(await shell.queue('q').getMulti(1_000)).unwrap().map(({ payload }) => payload));
      assert.deepEqual(
        payloads,
        Array.from({ length: 2_500 }, (_, i) => i + 1),
      );
    }),
  );

  it(
    'keeps the bytes of raw lines',
    inShell(async (shell) => {
      await shell.feed(Buffer.from([0xff, 0x00, 0x0a, 0x20, 0x41, 0x0a]), 'put', 'q', '--codec', 'raw');
      const tasks = (await shell.queue('q').getMulti(5)).unwrap();
      assert.deepEqual(
        tasks.map(({ payload }) => payload),
        [Buffer.from([0xff, 0x00]), Buffer.from(' A')],
      );
    }),
  );

  it(
    'puts what has come while more is still to come',
    inShell(async (shell) => {
      const put = shell.start('put', 'q');
      put.child.stdin?.write('1\n2\n');
      await until(async () => (await shell.counts('q')).ready === 2);
      put.child.stdin?.end('3\n');
      assert.equal((await put.ended).out, '3 tasks put into q\n');
    }),
  );

  it(
    'stops at a line that is not JSON, names it, and tells what is in the queue',
    inShell(async (shell) => {
      const { code, err } = await shell.feed(`${numbers(20)}oops\n${numbers(5)}`, 'put', 'q', '--batch', '10');
      assert.equal(code, 2);
      assert.match(err, /20 tasks of the lines before are in q\n.*line 21 is not JSON: "oops"/);
      assert.equal((await shell.counts('q')).ready, 20);
    }),
  );

  it(
    'ends on Ctrl-C after what it has read, and says where',
    inShell(async (shell) => {
      const put = shell.start('put', 'q');
      put.child.stdin?.write('1\n2\n');
      await until(async () => (await shell.counts('q')).ready === 2);
      put.kill('SIGINT');
      const { code, err } = await put.ended;
      assert.deepEqual([code, err], [1, 'millrace: stopped after line 2\n']);
    }),
  );

  it(
    'holds a stream of any length in bounded memory, waiting for Redis',
    inShell(
      async (shell) => {
        const put = shell.start('put', 'q');
        const source = new PassThrough({ highWaterMark: 1 << 16 });
        source.pipe(put.child.stdin as NodeJS.WritableStream);
        // 60 MB: it could not stay below the limit if it kept them.
        const line = Buffer.from(`"${'x'.repeat(997)}"\n`.repeat(100));
        let most = 0;
        for (let i = 0; i < 600; i++) {
          if (!source.write(line)) await new Promise((resolve) => source.once('drain', resolve));
          if (i % 50 === 0) most = Math.max(most, await residentMegabytes(put.child.pid));
        }
        source.end();
        const { code, out } = await put.ended;
        assert.deepEqual([code, out], [0, '60,000 tasks put into q\n']);
        assert.ok(most > 0 && most < 220, `${most} MB`);
      },
      { redis: {} },
    ),
  );

  it('says what is wrong in one line, and how it is right', async () => {
    const wrong: [string[], RegExp][] = [
      [['put'], /missing required argument 'queue'/],
      [['put', 'q', 'hello'], /payload 1 is not JSON: "hello"; .*--codec raw/],
      [['put', 'q', '1', '--delay', '5'], /--delay <time>.*250ms, 5s, 2m, 1h or 3d/],
      [['put', 'q', '1', '--header', 'x'], /key=value/],
      [['put', 'q', '1', '--codec', 'xml'], /json, raw, msgpack, yaml, pickle/],
      [['put', 'q', '1', '--batch', '0'], /1 to 10000/],
      [['put', 'q', '1', '2', '--id', 'x'], /--id goes with one payload/],
      [['put', '', '1'], /name is ""/],
      [['put', 'q', '1', '--dely', '5m'], /unknown option '--dely' \(Did you mean --delay\?\)/],
    ];
    const ends = await Promise.all(wrong.map(([args]) => millrace(args)));
    for (const [i, { code, out, err }] of ends.entries()) {
      assert.deepEqual([code, out, err.split('\n').length], [2, '', 2], err);
      assert.match(err, wrong[i]?.[1] as RegExp);
    }
  });
});

const residentMegabytes = async (pid: number | undefined): Promise<number> => {
  const { readFile } = await import('node:fs/promises');
  const { execFileSync } = await import('node:child_process');
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kilobytes =
    /VmRSS:\s+(\d+)/.exec(status)?.[1] ?? execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' });
  return Number(kilobytes) / 1_024;
};
