import assert from 'node:assert/strict';
import { describe } from '../support/it.ts';
import { drain, one, uniqueOnBoth } from './onBoth.ts';

describe('contract: UniqueQueue', (it) => {
  const both = uniqueOnBoth(it);

  both('a put of what waits already changes nothing, and answers the id of the one there', async (open) => {
    const queue = open<string>();
    const first = (await queue.put('a')).unwrap();
    assert.equal(first.added, true);
    assert.deepEqual((await queue.put('a')).unwrap(), { id: first.id, added: false });
    assert.equal((await queue.put('b')).unwrap().added, true);
    assert.deepEqual(await drain(queue), ['a', 'b']);
  });

  both('within one batch and across processes too', async (open) => {
    const [queue, other] = [open<string>(), open<string>()];
    const puts = (await queue.putMulti(['a', 'b', 'a'])).unwrap();
    assert.deepEqual(
      puts.map(({ added }) => added),
      [true, true, false],
    );
    assert.equal(puts[2]?.id, puts[0]?.id);
    assert.equal((await other.put('b')).unwrap().added, false);
    assert.deepEqual(await drain(queue), ['a', 'b']);
  });

  both('a delayed one waits as well', async (open) => {
    const queue = open<string>();
    (await queue.put('a', { delay: 60_000 })).unwrap();
    assert.equal((await queue.put('a')).unwrap().added, false);
  });

  both('what is being worked on may be put again, and both are delivered', async (open) => {
    const queue = open<string>();
    (await queue.put('a')).unwrap();
    const first = await one(queue);
    assert.equal((await queue.put('a')).unwrap().added, true);
    const second = await one(queue);
    (await first.ack()).unwrap();
    (await second.ack()).unwrap();
    const { ready, leased, put, acked } = (await queue.stats()).unwrap();
    assert.deepEqual([ready, leased, put, acked], [0, 0, 2, 2]);
  });

  for (const how of ['release', 'fail', 'fail later', 'requeue', 'replay'] as const)
    both(`${how}: a copy that comes back while its twin waits is dropped; the twin stays where it is`, async (open) => {
      const queue = open<string>();
      const first = (await queue.put('a')).unwrap();
      const task = await one(queue);
      if (how === 'replay') (await task.kill()).unwrap();
      (await queue.putMulti(['b', 'a', 'c'])).unwrap();
      if (how === 'release') (await task.release()).unwrap();
      if (how === 'fail') (await task.fail('boom')).unwrap();
      if (how === 'fail later') (await task.fail('boom', { delay: 60_000 })).unwrap();
      if (how === 'requeue') (await queue.requeue()).unwrap();
      if (how === 'replay') (await queue.dead.replay('all')).unwrap();
      assert.deepEqual(await drain(queue), ['b', 'a', 'c']);
      const { delayed, dead } = (await queue.stats()).unwrap();
      assert.deepEqual([delayed, dead], [0, 0]);
      assert.equal((await queue.put('x', { id: first.id })).unwrap().added, true, 'the dropped one is gone');
    });

  both('one that comes back without a twin waits again, and keeps twins out', async (open) => {
    const queue = open<string>();
    const { id } = (await queue.put('a')).unwrap();
    (await (await one(queue)).release()).unwrap();
    assert.deepEqual((await queue.put('a')).unwrap(), { id, added: false });
    (await queue.requeue()).unwrap();
    assert.deepEqual(await drain(queue), ['a']);
  });

  both("until: 'settled' keeps twins out while one is worked on, too", async (open) => {
    const queue = open<string>({ until: 'settled' });
    const { id } = (await queue.put('a')).unwrap();
    const task = await one(queue);
    assert.deepEqual((await queue.put('a')).unwrap(), { id, added: false });
    (await task.fail('boom')).unwrap();
    assert.deepEqual((await queue.put('a')).unwrap(), { id, added: false });
    (await (await one(queue)).ack()).unwrap();
    assert.equal((await queue.put('a')).unwrap().added, true);
    (await (await one(queue)).kill()).unwrap();
    assert.equal((await queue.put('a')).unwrap().added, true, 'a dead letter keeps nothing out');
  });

  both('by says what twins have in common', async (open) => {
    const queue = open<{ user: number; at: number }>({ by: ({ user }) => String(user) });
    assert.equal((await queue.put({ user: 1, at: 1 })).unwrap().added, true);
    assert.equal((await queue.put({ user: 1, at: 2 })).unwrap().added, false);
    assert.equal((await queue.put({ user: 2, at: 2 })).unwrap().added, true);
    assert.throws(() => open<string>({ by: () => 5 as never }).put('a'), {
      name: 'TypeError',
      message: /unique\.by\(payload\)/,
    });
  });

  both('removed, purged and dropped ones keep nothing out', async (open) => {
    const queue = open<string>({ until: 'settled' });
    const again = async (): Promise<void> => assert.equal((await queue.put('a')).unwrap().added, true);
    const { id } = (await queue.put('a')).unwrap();
    (await queue.remove(id)).unwrap();
    await again();
    (await queue.purge()).unwrap();
    await again();
    await one(queue);
    (await queue.dropLeased()).unwrap();
    await again();
    (await queue.removeMatching('a')).unwrap();
    await again();
  });

  both('a put that is repeated after its reply was lost is not its own twin', async (open) => {
    const queue = open<string>();
    assert.deepEqual((await queue.put('a', { id: 'x' })).unwrap(), { id: 'x', added: true });
    assert.deepEqual((await queue.put('a', { id: 'x' })).unwrap(), { id: 'x', added: false });
    assert.deepEqual(await drain(queue), ['a']);
  });

  both(
    'processes may differ in until: what is kept out, is so by a task that is there; nothing is kept out for ever',
    async (open) => {
      const [strict, loose] = [open<string>({ until: 'settled' }), open<string>({ until: 'leased' })];
      const first = (await strict.put('a')).unwrap();
      const held = await one(strict);
      assert.equal((await loose.put('b')).unwrap().added, true);
      assert.deepEqual((await loose.put('a')).unwrap(), { id: first.id, added: false }, 'it was taken as a strict one');
      (await held.ack()).unwrap();
      const second = (await loose.put('a')).unwrap();
      assert.equal(second.added, true);

      const [b, a] = (await loose.getMulti(2)).unwrap();
      const third = (await strict.put('a')).unwrap();
      assert.equal(third.added, true, 'it was taken as a loose one');
      (await a?.release())?.unwrap();
      const again = await one(strict);
      assert.equal(again.id, third.id, 'the one that came back while its twin waited is gone');
      assert.deepEqual((await loose.put('a')).unwrap(), { id: third.id, added: false });
      (await again.kill()).unwrap();
      (await b?.ack())?.unwrap();
      const fourth = (await loose.put('a')).unwrap();
      assert.equal(fourth.added, true);
      assert.equal((await strict.dead.replay('all')).unwrap(), 1);
      assert.deepEqual(await drain(loose), ['a']);
      assert.deepEqual((await strict.stats()).unwrap().dead, 0);
    },
  );
});
