import assert from 'node:assert/strict';
import type { Shelf } from '../../src/broker/memoryShelf.ts';
import { Shelves } from '../../src/broker/memoryShelves.ts';
import { MemoryTask } from '../../src/broker/memoryTask.ts';
import { describe } from '../support/it.ts';
import { entry } from './memoryEntries.ts';

const ids = (shelf: Shelf<MemoryTask>): string =>
  shelf
    .slice(0)
    .map(({ id }) => id)
    .join('');
const tasks = (names: string): MemoryTask[] => Array.from(names, (id) => new MemoryTask(entry(id), 0));

describe('Shelves', (it) => {
  it('has a task in one place only', () => {
    const [shelves, [a]] = [new Shelves(), tasks('a') as [MemoryTask]];
    shelves.toBack(a);
    shelves.place(a, shelves.leased, 10);
    assert.deepEqual([shelves.ready.size, shelves.leased.size, a.shelf === shelves.leased], [0, 1, true]);
    shelves.place(a, undefined);
    assert.deepEqual([shelves.leased.size, a.shelf], [0, undefined]);
  });

  it('puts what goes to the front before all others, in its own order', () => {
    const shelves = new Shelves();
    for (const task of tasks('xy')) shelves.toBack(task);
    shelves.toFront(tasks('cd'));
    shelves.toFront(tasks('ab'));
    for (const task of tasks('z')) shelves.toBack(task);
    assert.equal(ids(shelves.ready), 'abcdxyz');
  });

  it('promotes what is due, in the order in which it is due: to the back, or to the front if it is marked so', () => {
    const shelves = new Shelves();
    const [d, a, c, b, late] = tasks('dacbl') as [MemoryTask, MemoryTask, MemoryTask, MemoryTask, MemoryTask];
    for (const task of tasks('x')) shelves.toBack(task);
    for (const [task, at, front] of [
      [d, 20, false],
      [a, 10, true],
      [c, 10, false],
      [b, 20, true],
      [late, 21, false],
    ] as const) {
      task.front = front;
      shelves.place(task, shelves.delayed, at);
    }
    assert.equal(shelves.isServing(0), true);
    shelves.promote(20);
    assert.deepEqual([ids(shelves.ready), ids(shelves.delayed)], ['abxcd', 'l']);
  });

  it('serves what is ready or due', () => {
    const [shelves, [a]] = [new Shelves(), tasks('a') as [MemoryTask]];
    assert.equal(shelves.isServing(100), false);
    shelves.place(a, shelves.delayed, 100);
    assert.deepEqual([shelves.isServing(99), shelves.isServing(100)], [false, true]);
  });
});
