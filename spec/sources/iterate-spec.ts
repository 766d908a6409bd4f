import assert from 'node:assert/strict';
import { QueueError } from '../../src/errors.ts';
import { Err, Ok } from '../../src/result.ts';
import { iterate } from '../../src/sources/iterate.ts';
import type { Task } from '../../src/task.ts';
import { describe } from '../support/it.ts';
import { task } from '../support/tasks.ts';

describe('iterate', (it) => {
  it('takes one when one is asked for, and none before', async () => {
    let taken = 0;
    const tasks = iterate(async () => Ok(task(`${++taken}`)));
    assert.equal(taken, 0);
    assert.equal(((await tasks.next()).value as Task).id, '1');
    assert.equal(((await tasks.next()).value as Task).id, '2');
    assert.deepEqual(await tasks.return(), { value: undefined, done: true });
    assert.deepEqual(await tasks.next(), { value: undefined, done: true });
    assert.equal(taken, 2);
  });

  it('is left at once while it waits', async () => {
    const tasks = iterate<string>((signal) => {
      return new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve(Err(new QueueError('ABORTED', 'left'))));
      });
    });
    const waiting = tasks.next();
    assert.deepEqual(await tasks.return(), { value: undefined, done: true });
    assert.deepEqual(await waiting, { value: undefined, done: true });
  });

  it('throws what is no end', async () => {
    const error = new QueueError('LAYOUT', 'no', { heals: false });
    await assert.rejects(iterate(async () => Err(error)).next(), error);
  });
});
