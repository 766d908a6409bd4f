import assert from 'node:assert/strict';
import { VirtualTimeScheduler } from 'rxjs';
import { lastInFrame } from '../../src/testing/lastInFrame.ts';
import { describe } from '../support/it.ts';

describe('lastInFrame', (it) => {
  it('runs after all else of its frame, whatever that leads to, and before the next', () => {
    const scheduler = new VirtualTimeScheduler();
    const log: string[] = [];
    const at = (frame: number, name: string, then = () => {}) =>
      scheduler.schedule(() => {
        log.push(`${scheduler.frame} ${name}`);
        then();
      }, frame);
    at(2, 'later');
    scheduler.schedule(() => lastInFrame(scheduler, () => log.push(`${scheduler.frame} last`)), 1);
    at(1, 'one', () => at(0, 'what follows', () => at(0, 'and from that')));
    scheduler.flush();
    assert.deepEqual(log, ['1 one', '1 what follows', '1 and from that', '1 last', '2 later']);
  });

  it('does not wait for others that wait as well', () => {
    const scheduler = new VirtualTimeScheduler();
    const log: number[] = [];
    for (const n of [1, 2, 3]) scheduler.schedule(() => lastInFrame(scheduler, () => log.push(n)), 1);
    scheduler.flush();
    assert.deepEqual(log.sort(), [1, 2, 3]);
    assert.equal(scheduler.frame, 1);
  });
});
