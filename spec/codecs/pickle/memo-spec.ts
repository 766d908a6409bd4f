import assert from 'node:assert/strict';
import { Budget } from '../../../src/codecs/pickle/limits.ts';
import { Memo } from '../../../src/codecs/pickle/memo.ts';
import { describe } from '../../support/it.ts';

describe('the memo of a pickle', (it) => {
  it('gives back what was put there, in whatever order', () => {
    const memo = new Memo(new Budget());
    memo.put(0, 'a');
    memo.put(2, 'c');
    memo.put(4_000_000_000, 'far');
    memo.put(1, 'b');
    memo.put(2, 'C');
    memo.put(0, 'A');
    assert.deepStrictEqual(
      [0, 1, 2, 4_000_000_000].map((i) => memo.get(i)),
      ['A', 'b', 'C', 'far'],
    );
    assert.throws(() => memo.get(3), /takes number 3 of its memo/);
  });

  it('numbers by how many there are', () => {
    const memo = new Memo(new Budget());
    memo.add('a');
    memo.put(7, 'x');
    memo.add('c');
    assert.deepStrictEqual([memo.get(0), memo.get(2), memo.get(7)], ['a', 'c', 'x']);
    assert.throws(() => memo.get(1), /number 1/);
  });

  it('has a limit', () => {
    const memo = new Memo(new Budget({ memo: 2 }));
    memo.put(9, 1);
    memo.put(9, 2);
    memo.add(3);
    assert.throws(() => memo.add(4), /more than the limit of 2/);
  });
});
