import assert from 'node:assert/strict';
import { isSettlement, Task } from '../src/task.ts';
import { delivery } from './support/broker.ts';
import { describe } from './support/it.ts';
import { NotingHolder } from './support/notingHolder.ts';
import { batch, task } from './support/tasks.ts';

describe('Task', (it) => {
  it('tells of its delivery, in dates where they are instants', () => {
    const held = delivery('a', { enqueuedAt: 1_000, deliveries: 3, failures: 2, failingFor: 7, headers: { by: 'me' } });
    const task = new Task(held, { n: 1 }, new NotingHolder());
    assert.deepEqual([task.id, task.queue, task.payload, task.headers], ['a', 'orders', { n: 1 }, { by: 'me' }]);
    assert.deepEqual([task.deliveries, task.failures, task.failingFor, task.priority], [3, 2, 7, 0]);
    assert.deepEqual([task.enqueuedAt, task.leasedUntil], [new Date(1_000), new Date(30_000)]);
  });

  it('follows its lease as it is renewed', () => {
    const held = { ...delivery('a') };
    const task = new Task(held, 1, new NotingHolder());
    Object.assign(held, { leasedUntil: 60_000 });
    assert.deepEqual(task.leasedUntil, new Date(60_000));
  });

  it('leaves settling to its holder', async () => {
    const holder = new NotingHolder();
    const task = new Task(delivery('a'), 1, holder);
    const why = new Error('why');
    await task.ack();
    await task.fail(why, { at: 'front', delay: 5 });
    await task.fail(why, {});
    await task.release();
    await task.kill(why);
    assert.deepEqual(holder.verdicts, [
      { kind: 'ack' },
      { kind: 'fail', reason: why, at: 'front', delay: 5 },
      { kind: 'fail', reason: why },
      { kind: 'release' },
      { kind: 'kill', reason: why },
    ]);
  });
});

describe('isSettlement', (it) => {
  it('tells settlements from tasks and batches', () => {
    const a = task('a');
    assert.deepEqual(
      [a, batch('b'), { task: a, kind: 'ack' } as const].map((each) => isSettlement(each)),
      [false, false, true],
    );
  });
});
