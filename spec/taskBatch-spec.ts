import assert from 'node:assert/strict';
import { Task } from '../src/task.ts';
import { TaskBatch } from '../src/taskBatch.ts';
import { delivery } from './support/broker.ts';
import { describe } from './support/it.ts';
import { NotingHolder } from './support/notingHolder.ts';
import { batch, callsOf } from './support/tasks.ts';

describe('TaskBatch', (it) => {
  it('is what its tasks are, in order', () => {
    const abc = batch('a', 'b', 'c');
    assert.equal(abc.length, 3);
    assert.deepEqual(abc.payloads, ['a', 'b', 'c']);
    assert.deepEqual([...abc], abc.tasks);
  });

  it('settles every task, in order', async () => {
    const ab = batch('a', 'b');
    assert.ok((await ab.ack()).ok && (await ab.fail('why')).ok && (await ab.release()).ok && (await ab.kill('why')).ok);
    for (const each of ab) assert.deepEqual(callsOf(each), ['ack', 'fail', 'release', 'kill']);
  });

  it('names those that could not be settled', async () => {
    const holder = new NotingHolder(['a', 'c']);
    const all = new TaskBatch(['a', 'b', 'c'].map((id) => new Task(delivery(id), id, holder)));
    const result = await all.ack();
    assert.ok(result.err);
    assert.deepEqual([result.val.code, result.val.ids], ['STALE', ['a', 'c']]);
    assert.equal(holder.verdicts.length, 3);
  });

  it('settles nothing when the options are wrong', () => {
    const ab = batch('a', 'b');
    assert.throws(() => ab.fail('why', { delay: -1 }), RangeError);
    for (const each of ab) assert.deepEqual(callsOf(each), []);
  });
});
