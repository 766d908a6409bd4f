import assert from 'node:assert/strict';
import { Budget } from '../../../src/codecs/pickle/limits.ts';
import { Machine } from '../../../src/codecs/pickle/machine.ts';
import { Source } from '../../../src/codecs/pickle/source.ts';
import { describe } from '../../support/it.ts';

const machine = (): Machine =>
  new Machine(new Source(Buffer.alloc(0)), new Budget(), { unknown: 'error', floats: 'number' });

describe('the machine of a pickle', (it) => {
  it('is a stack with marks, below which nothing can be reached', () => {
    const m = machine();
    m.push(1);
    m.mark();
    assert.throws(() => m.pop(), /takes more from its stack/);
    assert.throws(() => m.top(), /looks at its stack/);
    m.push(2);
    m.push(3);
    assert.equal(m.top(), 3);
    assert.deepStrictEqual(m.popMark(), [2, 3]);
    assert.equal(m.pop(), 1);
    assert.throws(() => m.popMark(), /back to a mark/);
  });

  it('drops what is on top, be it a mark', () => {
    const m = machine();
    m.push(1);
    m.mark();
    m.drop();
    assert.equal(m.top(), 1);
    m.drop();
    assert.throws(() => m.drop(), /back to a mark/);
  });

  it('counts what it makes', () => {
    const m = machine();
    m.make([]);
    m.push(5);
    assert.equal(m.budget.made, 1);
  });

  it('knows whether anything is in two places, and whether a dict was before it became a Map', () => {
    const m = machine();
    const [alone, twice] = [{ a: 1 }, { b: 2 }];
    m.make(alone);
    const map = m.replaceTop(alone);
    assert.deepStrictEqual([m.top(), m.shared, m.stale], [new Map([['a', 1]]), false, false]);
    m.reuse(alone);
    assert.equal(m.top(), map);
    assert.equal(m.shared, true);
    m.make(twice);
    m.reuse(twice);
    m.replaceTop(twice);
    assert.equal(m.stale, true);
  });
});
