import assert from 'node:assert/strict';
import { Wake } from '../../src/broker/memoryWake.ts';
import { describe } from '../support/it.ts';

describe('Wake', (it) => {
  it('wakes one of those who wait, the one who waits longest', () => {
    const [wake, woken] = [new Wake(), [] as string[]];
    wake.wait(() => woken.push('a'));
    wake.wait(() => woken.push('b'));
    wake.ring();
    assert.deepEqual(woken, ['a']);
    wake.ring();
    assert.deepEqual(woken, ['a', 'b']);
    assert.equal(wake.armed, false);
  });

  it('keeps one wake-up, however often it rang, for the next one to wait', () => {
    const [wake, woken] = [new Wake(), [] as string[]];
    wake.ring();
    wake.ring();
    assert.equal(wake.armed, true);
    wake.wait(() => woken.push('a'));
    wake.wait(() => woken.push('b'));
    assert.deepEqual(woken, ['a']);
  });

  it('forgets its wake-up when it is silenced', () => {
    const [wake, woken] = [new Wake(), [] as string[]];
    wake.ring();
    wake.silence();
    wake.wait(() => woken.push('a'));
    assert.deepEqual(woken, []);
  });

  it('passes over who waits no longer', () => {
    const [wake, woken] = [new Wake(), [] as string[]];
    const leave = wake.wait(() => woken.push('a'));
    wake.wait(() => woken.push('b'));
    leave();
    wake.ring();
    assert.deepEqual(woken, ['b']);
  });
});
