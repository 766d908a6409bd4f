import assert from 'node:assert/strict';
import { describe } from '../../support/it.ts';
import { inShell } from '../support/inShell.ts';
import { KEYS } from '../support/shell.ts';

describe('millrace requeue, sweep, pause, resume, remove, purge', (it) => {
  it(
    'requeue hands leased tasks back, to either end, old ones only when asked to',
    inShell(async (shell) => {
      const queue = shell.queue('q');
      (await queue.putMulti([1, 2, 3])).unwrap();
      const held = (await queue.getMulti(2)).unwrap();
      const young = await shell.run('requeue', 'q', '--older-than', '1h');
      assert.deepEqual([young.code, young.out], [1, '0 tasks handed back\n']);
      const { code, out } = await shell.run('requeue', 'q', '--at', 'back');
      assert.deepEqual([code, out], [0, '2 tasks handed back\n']);
      assert.equal((await queue.get()).unwrap().payload, 3);
      assert.equal(held.length, 2); // held on to: tasks nobody can reach any more go back by themselves
    }),
  );

  it(
    'sweep hands back what ran out, and nothing else',
    inShell(async (shell) => {
      const queue = shell.queue('q', { sweepEvery: null });
      (await queue.putMulti([1, 2])).unwrap();
      const [first, second] = (await queue.getMulti(2)).unwrap();
      await shell.house.client.zadd(`${shell.prefix}:{q}:leases`, 1, String(first?.id));
      assert.deepEqual(await shell.records('sweep', 'q'), [{ queue: 'q', swept: 1 }]);
      assert.equal((await shell.run('sweep', 'q')).code, 1);
      assert.ok((await second?.ack())?.ok);
    }),
  );

  it(
    'pause and resume stop deliveries and let them go on',
    inShell(async (shell) => {
      const queues = [shell.queue('a'), shell.queue('b')];
      for (const queue of queues) (await queue.put(1)).unwrap();
      const { code, out } = await shell.run('pause', 'a', 'b');
      assert.deepEqual([code, out], [0, 'a is paused\nb is paused\n']);
      for (const queue of queues) assert.equal((await queue.getNowait()).ok, false);
      assert.deepEqual(await shell.records('resume', 'a'), [{ queue: 'a', paused: false }]);
      assert.deepEqual([(await queues[0]?.getNowait())?.ok, (await queues[1]?.getNowait())?.ok], [true, false]);
    }),
  );

  it(
    'remove forgets tasks by id, and ends with 1 when one is not there',
    inShell(async (shell) => {
      const queue = shell.queue('q');
      for (const id of ['a', 'b', 'c']) (await queue.put(1, { id })).unwrap();
      const { code, out } = await shell.run('remove', 'q', 'a', 'x', 'c');
      assert.deepEqual([code, out], [1, 'a removed\nx is not in q\nc removed\n']);
      assert.equal((await queue.get()).unwrap().id, 'b');
    }),
  );

  it(
    'purge forgets what waits, asking first on a terminal',
    inShell(async (shell) => {
      const queue = shell.queue('q');
      (await queue.putMulti([1, 2, 3])).unwrap();
      (await queue.put(4, { delay: 60_000 })).unwrap();
      const held = (await queue.get()).unwrap();
      const unasked = await shell.run('purge', 'q');
      assert.deepEqual(
        [unasked.code, unasked.err],
        [2, 'millrace: This forgets 3 waiting tasks of q for good. Say --yes to do it.\n'],
      );
      const screen = shell.screen(['purge', 'q']);
      await screen.shows(/This forgets 3 waiting tasks of q for good\. \[y\/N\]/);
      screen.type(KEYS.enter);
      assert.equal(await screen.ended, 1);
      const { code, out } = await shell.run('purge', 'q', '--yes');
      assert.deepEqual([code, out], [0, '3 tasks forgotten\n']);
      assert.deepEqual(await shell.counts('q'), { ready: 0, leased: 1, delayed: 0, dead: 0 });
      assert.equal((await shell.run('purge', 'q', '--yes')).code, 1);
      assert.ok((await held.ack()).ok);
    }),
  );
});
