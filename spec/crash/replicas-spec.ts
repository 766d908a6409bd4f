import assert from 'node:assert/strict';
import type { QueueError } from '../../src/errors.ts';
import type { Result } from '../../src/result.ts';
import { codeOf, inHouse } from '../support/house.ts';
import { describe } from '../support/it.ts';
import { inStep, replication } from '../support/replicas.ts';

// The row of the crash table about replicas: one is stopped, and the write waits for it.

const TIMEOUT = 200;

const errorOf = (result: Result<unknown, QueueError>): QueueError => {
  assert.ok(result.err, 'it was to fail');
  return result.val;
};

describe('crash table, replicas', (it) => {
  it(
    'row 18: too few replicas: REPLICAS with numbers and ids; the task is there once, and repeating the put adds none',
    inHouse(async (house) => {
      const { master, replicas } = await replication(house, 2);
      const options = { connection: master.url, replicas: { count: 2, timeout: TIMEOUT } };
      const queue = house.queue<string>(house.name(), options);
      assert.deepEqual((await queue.put('all well', { id: 'a' })).unwrap(), { id: 'a', added: true });

      replicas[1]?.freeze();
      const began = performance.now();
      const short = errorOf(await queue.put('one is frozen', { id: 'b' }));
      const took = performance.now() - began;
      assert.ok(took >= TIMEOUT && took < TIMEOUT + 1_500, `answered after ${took} ms`);
      assert.deepEqual([short.code, short.ids, short.heals], ['REPLICAS', ['b'], true]);
      assert.match(short.message, /^1 of 2 replicas confirmed the write within 200 ms; it took effect and stays$/);
      assert.equal((await queue.stats()).unwrap().ready, 2);
      assert.equal(errorOf(await queue.put('one is frozen', { id: 'b' })).code, 'REPLICAS');
      assert.equal((await queue.stats()).unwrap().ready, 2, 'repeating it has added none');

      replicas[1]?.thaw();
      await inStep(house, master, 2);
      assert.deepEqual((await queue.put('one is frozen', { id: 'b' })).unwrap(), { id: 'b', added: false });
      const tasks = (await queue.getMulti(10)).unwrap();
      assert.deepEqual(
        tasks.map(({ id, payload }) => [id, payload]),
        [
          ['a', 'all well'],
          ['b', 'one is frozen'],
        ],
      );
      for (const task of tasks) assert.equal(codeOf(await task.ack()), 'ok');
    }),
  );

  it(
    'row 18: a put without an id of its own is repeated with the id the error names',
    inHouse(async (house) => {
      const { master, replicas } = await replication(house, 1);
      const options = { connection: master.url, replicas: { count: 1, timeout: TIMEOUT } };
      const queue = house.queue<number>(house.name(), options);
      replicas[0]?.freeze();
      const { ids = [], message } = errorOf(await queue.putMulti([1, 2]));
      assert.equal(ids.length, 2);
      assert.match(message, /^0 of 1 replicas/);
      replicas[0]?.thaw();
      await inStep(house, master, 1);
      const again = (await queue.putMulti([1, 2], { id: (_, i) => ids[i] as string })).unwrap();
      assert.deepEqual(
        again,
        ids.map((id) => ({ id, added: false })),
      );
      assert.equal((await queue.stats()).unwrap().ready, 2);
    }),
  );
});
