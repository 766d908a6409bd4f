import assert from 'node:assert/strict';
import { describe } from '../../support/it.ts';
import { inShell, type Shell } from '../support/inShell.ts';
import { KEYS, millrace } from '../support/shell.ts';

/** A queue with dead letters: so many killed ones, then so many that failed too often. */
const bury = async (shell: Shell, killed: number, failed: number): Promise<void> => {
  const queue = shell.queue('q', { retry: { limit: 0 } });
  (await queue.putMulti(Array.from({ length: killed + failed }, (_, i) => i))).unwrap();
  const tasks = (await queue.getMulti(killed + failed)).unwrap();
  for (const [i, task] of tasks.entries()) void (i < killed ? task.kill('never') : task.fail('too often'));
  await queue.close();
};

describe('millrace dead', (it) => {
  it(
    'lists them, oldest death first, of a reason or an age only',
    inShell(async (shell) => {
      await bury(shell, 2, 1);
      const lists = await Promise.all([
        shell.records('dead', 'q', 'list'),
        shell.records('dead', 'q', 'list', '--reason', 'retry-limit'),
        shell.records('dead', 'q', 'list', '--count', '2'),
      ]);
      assert.deepEqual(
        lists.map((list) => list.map(({ payload, reason, message }) => [payload, reason, message].join(' '))),
        [
          ['0 killed never', '1 killed never', '2 retry-limit too often'],
          ['2 retry-limit too often'],
          ['0 killed never', '1 killed never'],
        ],
      );
      const old = await shell.run('dead', 'q', 'list', '--older-than', '1h');
      assert.deepEqual([old.code, old.out], [1, '']);
    }),
  );

  it(
    'replays those that are chosen, their failures forgotten',
    inShell(async (shell) => {
      await bury(shell, 1, 2);
      const { code, out } = await shell.run('dead', 'q', 'replay', '--reason', 'retry-limit');
      assert.deepEqual([code, out], [0, '2 dead letters put back in line\n']);
      assert.deepEqual(await shell.counts('q'), { ready: 2, leased: 0, delayed: 0, dead: 1 });
      const task = (await shell.queue('q').get()).unwrap();
      assert.deepEqual([task.payload, task.failures], [1, 0]);
    }),
  );

  it(
    'replays by id, and ends with 1 when one of them is not dead',
    inShell(async (shell) => {
      await bury(shell, 2, 0);
      const [first] = await shell.records('dead', 'q', 'list');
      const { code, out } = await shell.run('dead', 'q', 'replay', String(first?.id), 'nobody');
      assert.deepEqual([code, out], [1, '1 dead letter put back in line\n']);
    }),
  );

  it(
    'purges some thousands of those that died long enough ago, and leaves the others',
    inShell(async (shell) => {
      const queue = shell.queue('q');
      for (let i = 0; i < 3; i++) {
        (await queue.putMulti(Array.from({ length: 900 }, (_, n) => n))).unwrap();
        const tasks = (await queue.getMulti(900)).unwrap();
        await Promise.all(tasks.map((task, n) => task.kill(n % 3 === 0 ? 'x' : 'y')));
      }
      const dead = `${shell.prefix}:{q}:dead`;
      await shell.house.client.zunionstore(dead, 1, dead, 'WEIGHTS', 0.99); // they died months ago
      await bury(shell, 5, 5);
      const { code, out } = await shell.run('dead', 'q', 'purge', '--older-than', '30d', '--reason', 'killed', '--yes');
      assert.deepEqual([code, out], [0, '2,700 dead letters forgotten\n']);
      assert.equal((await shell.counts('q')).dead, 10);
      assert.equal(await shell.house.client.hlen(`${shell.prefix}:{q}:tasks`), 10);
      assert.equal(await shell.house.client.hlen(`${shell.prefix}:{q}:failures`), 10);
      const purged = await shell.run('dead', 'q', 'purge', '--reason', 'retry-limit', '--count', '2', '--yes');
      assert.equal(purged.out, '2 dead letters forgotten\n');
    }),
  );

  it(
    'asks before it purges, and does nothing unless told yes',
    inShell(async (shell) => {
      await bury(shell, 1, 0);
      const unasked = await shell.run('dead', 'q', 'purge');
      assert.equal(unasked.code, 2);
      assert.match(unasked.err, /--yes/);
      const no = shell.screen(['dead', 'q', 'purge']);
      await no.shows(/for good\. \[y\/N\]/);
      no.type(`n${KEYS.enter}`);
      assert.equal(await no.ended, 1);
      assert.match(no.text, /nothing was changed/);
      assert.equal((await shell.counts('q')).dead, 1);
      const yes = shell.screen(['dead', 'q', 'purge']);
      await yes.shows(/for good\. \[y\/N\]/);
      yes.type(`y${KEYS.enter}`);
      assert.equal(await yes.ended, 0);
      assert.equal((await shell.counts('q')).dead, 0);
    }),
  );

  it('says what it can do, and of what', async () => {
    const wrong: [string[], RegExp][] = [
      [['frob'], /dead cannot frob, expected list, replay, purge/],
      [['list', '--reason', 'boredom'], /Allowed choices are retry-limit, too-old, undecodable, killed/],
      [['list', 'a', '--reason', 'killed'], /ids are chosen already/],
      [['list', '--older-than', 'yesterday'], /250ms, 5s/],
    ];
    const ends = await Promise.all(wrong.map(([args]) => millrace(['dead', 'q', ...args])));
    for (const [i, { code, err }] of ends.entries()) {
      assert.deepEqual([code, err.split('\n').length], [2, 2], err);
      assert.match(err, wrong[i]?.[1] as RegExp);
    }
  });
});
