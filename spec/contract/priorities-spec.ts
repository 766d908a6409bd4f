import assert from 'node:assert/strict';
import { describe } from '../support/it.ts';
import { drain, onBoth, one, takeAll } from './onBoth.ts';

describe('contract: priorities', (it) => {
  const both = onBoth(it);

  both('the highest comes first; among equals, first come, first served', async (open) => {
    const queue = open<string>();
    (await queue.putMulti(['a', 'b'])).unwrap();
    (await queue.putMulti(['c', 'd'], { priority: 5 })).unwrap();
    (await queue.put('e', { priority: 9 })).unwrap();
    (await queue.put('f', { priority: 5 })).unwrap();
    (await queue.put('g', { priority: 0 })).unwrap();
    assert.equal((await queue.stats()).unwrap().ready, 7);
    const tasks = await takeAll(queue);
    assert.equal(tasks.map(({ payload }) => payload).join(''), 'ecdfabg');
    assert.deepEqual(
      tasks.map(({ priority }) => priority),
      [9, 5, 5, 5, 0, 0, 0],
    );
  });

  both('a take takes as many as it may, across priorities', async (open) => {
    const queue = open<string>();
    (await queue.putMulti(['a', 'b'])).unwrap();
    (await queue.putMulti(['c', 'd'], { priority: 1 })).unwrap();
    const three = (await queue.getMulti(3)).unwrap();
    assert.equal(three.map(({ payload }) => payload).join(''), 'cda');
  });

  both('to the front means before those of the same priority', async (open) => {
    const queue = open<string>();
    (await queue.putMulti(['a', 'b'], { priority: 3 })).unwrap();
    (await queue.putMulti(['c', 'd'], { priority: 3, front: true })).unwrap();
    (await queue.put('e', { priority: 4 })).unwrap();
    (await queue.put('f', { front: true })).unwrap();
    assert.equal((await drain(queue)).join(''), 'ecdabf');
  });

  both('what comes back keeps its priority: released, failed, swept, delayed, replayed', async (open) => {
    const queue = open<string>({ retry: { backoff: 0 } });
    (await queue.put('low', { priority: 1 })).unwrap();
    const back = async (how: (task: Awaited<ReturnType<typeof one<string>>>) => Promise<unknown>): Promise<void> => {
      (await queue.put('high', { priority: 7 })).unwrap();
      await how(await one(queue));
      const [first, second] = await takeAll(queue);
      assert.deepEqual([first?.payload, first?.priority, second?.payload], ['high', 7, 'low']);
      (await first?.ack())?.unwrap();
      (await second?.release())?.unwrap();
    };
    await back(async (task) => (await task.release()).unwrap());
    await back(async (task) => (await task.fail('boom')).unwrap());
    await back(async (task) => (await task.fail('boom', { at: 'front' })).unwrap());
    await back(async () => (await queue.requeue()).unwrap());
    await back(async (task) => {
      (await task.fail('boom', { delay: 5 })).unwrap();
      assert.equal((await queue.stats()).unwrap().delayed, 1);
      await new Promise((resolve) => setTimeout(resolve, 10));
    });
    await back(async (task) => {
      (await task.kill()).unwrap();
      assert.equal((await queue.dead.replay('all')).unwrap(), 1);
    });
  });

  both('a delayed one joins its priority when it is due', async (open) => {
    const queue = open<string>();
    (await queue.put('later', { priority: 2, delay: 5 })).unwrap();
    (await queue.put('now')).unwrap();
    await new Promise((resolve) => setTimeout(resolve, 10));
    assert.deepEqual(await drain(queue), ['later', 'now']);
  });

  both('removing and purging find them', async (open) => {
    const queue = open<string>();
    (await queue.put('a', { priority: 2, id: 'a' })).unwrap();
    (await queue.put('b', { priority: 2 })).unwrap();
    (await queue.put('c')).unwrap();
    assert.equal((await queue.remove('a')).unwrap(), true);
    assert.equal((await queue.stats()).unwrap().ready, 2);
    assert.equal((await queue.purge()).unwrap(), 2);
    assert.deepEqual(await drain(queue), []);
  });

  both('a late ack of one that waits again spares its second delivery', async (open) => {
    const queue = open<string>();
    (await queue.put('a', { priority: 2 })).unwrap();
    const task = await one(queue);
    (await queue.requeue()).unwrap();
    (await task.ack()).unwrap();
    assert.deepEqual(await drain(queue), []);
    const { ready, acked } = (await queue.stats()).unwrap();
    assert.deepEqual([ready, acked], [0, 1]);
  });
});
