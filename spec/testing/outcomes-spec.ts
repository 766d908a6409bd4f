import assert from 'node:assert/strict';
import type { Settled, Settlement } from '../../src/task.ts';
import { ack, fail, idOf, isTaskSettlement, kill, late, release, shown } from '../../src/testing/outcomes.ts';
import { describe } from '../support/it.ts';
import { batch, task } from '../support/tasks.ts';

const boom = new Error('boom');
const settlement = (fields: Omit<Settlement, 'task'>): Settlement => ({ task: task('a'), ...fields });

describe('outcomes', (it) => {
  it('says of a settlement what its matcher says', () => {
    const pairs: [Settlement, string, string][] = [
      [settlement({ kind: 'ack' }), ack('a'), 'ack a'],
      [settlement({ kind: 'ack', value: { n: [1, '1'] } }), ack('a', { n: [1, '1'] }), "ack a = { n: [ 1, '1' ] }"],
      [settlement({ kind: 'fail', reason: boom }), fail('a', 'boom'), 'fail a: boom'],
      [
        settlement({ kind: 'fail', reason: boom, delay: 100 }),
        fail('a', boom, { delay: 100 }),
        'fail a: boom (delay 100)',
      ],
      [
        settlement({ kind: 'fail', delay: 0, at: 'front' }),
        fail('a', undefined, { delay: 0, at: 'front' }),
        'fail a (delay 0, at front)',
      ],
      [
        settlement({ kind: 'kill', reason: 'enough', dead: 'retry-limit' }),
        kill('a', 'enough', { dead: 'retry-limit' }),
        'kill a: enough (dead retry-limit)',
      ],
      [settlement({ kind: 'release' }), release('a'), 'release a'],
      [settlement({ kind: 'release', delay: 5 }), release('a', { delay: 5 }), 'release a (delay 5)'],
    ];
    for (const [value, outcome, text] of pairs) {
      assert.equal(shown(value), text);
      assert.equal(outcome, text);
    }
  });

  it('says whether what was settled came too late', () => {
    const settled: Settled = { id: 'a', kind: 'ack', ok: true, value: 1 };
    assert.equal(shown(settled), ack('a', 1));
    assert.equal(shown({ ...settled, ok: false }), late(ack('a', 1)));
    assert.equal(late(fail('a', 'no', { delay: 1 })), 'fail a: no (delay 1, too late)');
  });

  it('tells values apart that look alike', () => {
    assert.notEqual(ack('a', 1), ack('a', '1'));
    assert.notEqual(ack('a', { deep: { deep: { deep: { n: 1 } } } }), ack('a', { deep: { deep: { deep: { n: 2 } } } }));
    assert.equal(ack('a', { x: 1, y: 2 }), ack('a', { y: 2, x: 1 }));
  });

  it('shows tasks and batches by their ids, and leaves all else alone', () => {
    const other = { kind: 'of its own' };
    assert.deepEqual([shown(task('a')), shown(batch('a', 'b')), shown('x'), shown(other)], ['a', 'a b', 'x', other]);
    assert.equal(shown(null), null);
  });

  it('knows which task an outcome is about', () => {
    const outcomes = [
      ack('a'),
      ack('a', 'b: c'),
      fail('a', 'x y'),
      kill('a'),
      late(release('a')),
      fail('order:7', 'x'),
    ];
    assert.deepEqual(outcomes.map(idOf), ['a', 'a', 'a', 'a', 'a', 'order:7']);
    assert.deepEqual(['acknowledge a', 'a', 1, undefined].map(idOf), [undefined, undefined, undefined, undefined]);
  });

  it('knows a settlement from a task', () => {
    assert.ok(isTaskSettlement(settlement({ kind: 'ack' })));
    for (const other of [
      task('a'),
      batch('a'),
      { id: 'a', kind: 'ack', ok: true },
      { task: {}, kind: 'ack' },
      undefined,
    ])
      assert.ok(!isTaskSettlement(other));
  });
});
