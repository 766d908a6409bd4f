import assert from 'node:assert/strict';
import { Budget } from '../../../src/codecs/pickle/limits.ts';
import { describe } from '../../support/it.ts';

describe('the limits of a pickle', (it) => {
  it('are counted, and say which one it was', () => {
    const budget = new Budget({ size: 10, objects: 1, memo: 1 });
    budget.open(10);
    assert.throws(() => budget.open(11), /11 bytes, more than the limit of 10/);
    budget.object();
    assert.equal(budget.made, 1);
    assert.throws(() => budget.object(), /more than the limit of 1 objects/);
    budget.memo(1);
    assert.throws(() => budget.memo(2), /more than the limit of 1 values/);
    budget.copy(10);
    assert.throws(() => budget.copy(1), /more than its own size/);
  });

  it('are whole numbers', () => {
    for (const limits of [{ size: 0 }, { depth: 1.5 }, { depth: 4_001 }, { objects: -1 }, { memo: '1' }, { steps: 0 }])
      assert.throws(() => new Budget(limits as object), /^(Range|Type)Error: pickle: limits\.\w+ is /);
    assert.throws(() => new Budget(5 as never), /^TypeError: pickle: limits is 5/);
  });
});
