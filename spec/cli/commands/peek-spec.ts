import assert from 'node:assert/strict';
import { describe } from '../../support/it.ts';
import { inShell } from '../support/inShell.ts';
import { millrace } from '../support/shell.ts';

describe('millrace peek', (it) => {
  it(
    'shows the next tasks in order, and takes none',
    inShell(async (shell) => {
      const queue = shell.queue('q');
      for (const n of [1, 2, 3, 4]) (await queue.put({ n }, { id: `t${n}` })).unwrap();
      (await queue.remove('t2')).unwrap();
      const { code, out } = await shell.run('peek', 'q', '--count', '2');
      assert.equal(code, 0);
      assert.deepEqual(
        out
          .trim()
          .split('\n')
          .map((line) => line.split('\t').slice(0, 3)),
        [
          ['t1', '{"n":1}', '0'],
          ['t3', '{"n":3}', '0'],
        ],
      );
      assert.equal((await shell.run('peek', 'q', '--skip', '3')).out.split('\t')[0], 't4');
      assert.deepEqual(await shell.counts('q'), { ready: 3, leased: 0, delayed: 0, dead: 0 });
    }),
  );

  it(
    'shows those of another state, with what belongs to it',
    inShell(async (shell) => {
      const queue = shell.queue('q', { retry: { backoff: 60_000 } });
      (await queue.putMulti([1, 2, 3])).unwrap();
      const [failing, dying, leased] = (await queue.getMulti(3)).unwrap();
      await failing?.fail('no such\ncustomer');
      await dying?.kill('never');
      const [delayed] = await shell.records('peek', 'q', '--state', 'delayed');
      assert.deepEqual([delayed?.id, delayed?.deliveries, delayed?.failures], [failing?.id, 1, 1]);
      assert.ok(Date.parse(String(delayed?.dueAt)) > Date.now() + 30_000);
      const [held] = await shell.records('peek', 'q', '--state', 'leased');
      assert.deepEqual([held?.id, held?.deliveries], [leased?.id, 1]);
      assert.ok(Date.parse(String(held?.leasedUntil)) > Date.now());
      const dead = await shell.run('peek', 'q', '--state', 'dead');
      assert.match(dead.out, new RegExp(`^${dying?.id}\t2\t0\t\\S+\t1\t0\t\\S+ ago\tkilled\tnever\n$`));
    }),
  );

  it(
    'goes on past a thousand',
    inShell(async (shell) => {
      (await shell.queue('q').putMulti(Array.from({ length: 1_500 }, (_, i) => i))).unwrap();
      const { out } = await shell.run('peek', 'q', '--count', '1400');
      const payloads = out
        .trim()
        .split('\n')
        .map((line) => Number(line.split('\t')[1]));
      assert.deepEqual(
        payloads,
        Array.from({ length: 1_400 }, (_, i) => i),
      );
    }),
  );

  it(
    'fits a terminal, however long payloads are',
    inShell(async (shell) => {
      (await shell.queue('q').put('x'.repeat(500), { id: 'long' })).unwrap();
      const screen = shell.screen(['peek', 'q']);
      assert.equal(await screen.ended, 0);
      assert.match(screen.text, /id +payload +priority +age +deliveries +failures\nlong +"x+… +0 +\d+m?s +0 +0$/);
    }),
  );

  it(
    'ends with 1 when there is none, and with 2 for a state there is not',
    inShell(async (shell) => {
      const none = await shell.run('peek', 'q', '--state', 'dead');
      assert.deepEqual([none.code, none.out, none.err], [1, '', 'millrace: no dead task in q\n']);
      const wrong = await millrace(['peek', 'q', '--state', 'lost']);
      assert.equal(wrong.code, 2);
      assert.match(wrong.err, /Allowed choices are ready, leased, delayed, dead/);
    }),
  );
});
