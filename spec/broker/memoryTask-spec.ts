import assert from 'node:assert/strict';
import { MemoryTask } from '../../src/broker/memoryTask.ts';
import { describe } from '../support/it.ts';
import { entry, RULE, verdict } from './memoryEntries.ts';

describe('MemoryTask', (it) => {
  it('has a body of its own: neither who put it nor who gets it can change it', () => {
    const body = Buffer.from('abc');
    const task = new MemoryTask(entry('a', { body }), 0);
    body.fill(0);
    const first = task.delivery(0, 10, '1');
    assert.deepEqual(first.body, Buffer.from('abc'));
    first.body.fill(0);
    assert.deepEqual(task.delivery(0, 10, '2').body, Buffer.from('abc'));
    assert.deepEqual(task.letter().body, Buffer.from('abc'));
  });

  it('counts deliveries, but not those that nobody saw', () => {
    const task = new MemoryTask(entry('a'), 5);
    const first = task.delivery(10, 30, '1');
    assert.deepEqual([first.deliveries, first.enqueuedAt, first.takenAt, first.leasedUntil], [1, 5, 10, 40]);
    assert.equal(task.judge(verdict(first, 'unseen'), RULE, 11), false);
    assert.equal(task.delivery(12, 30, '2').deliveries, 1);
  });

  it('dies of one failure more than the limit, once the first of them is older than the window', () => {
    const task = new MemoryTask(entry('a'), 0);
    const fail = (now: number): boolean =>
      task.judge(verdict(task.delivery(now, 30, 't'), 'fail', { message: `at ${now}` }), { limit: 1, window: 10 }, now);
    assert.deepEqual([fail(100), fail(105), fail(110), fail(111)], [false, false, false, true]);
    const { failures, reason, message } = task.letter();
    assert.deepEqual([failures, reason, message], [4, 'retry-limit', 'at 111']);
    assert.equal(task.delivery(112, 30, 't').failingFor, 12);
  });

  it('dies of a kill, for the reason given', () => {
    const task = new MemoryTask(entry('a'), 0);
    const killed = verdict(task.delivery(0, 30, 't'), 'kill', { dead: 'undecodable', message: 'why' });
    assert.equal(task.judge(killed, RULE, 1), true);
    const { failures, reason, message } = task.letter();
    assert.deepEqual([failures, reason, message], [0, 'undecodable', 'why']);
  });

  it('forgets its failures when told to', () => {
    const task = new MemoryTask(entry('a'), 0);
    task.judge(verdict(task.delivery(0, 30, 't'), 'fail', { message: 'boom' }), RULE, 1);
    task.forgetFailures();
    const { failures, failingFor } = task.delivery(5, 30, 't');
    assert.deepEqual([failures, failingFor, task.letter().message], [0, 0, '']);
  });
});
