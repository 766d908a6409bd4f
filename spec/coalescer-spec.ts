import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Coalescer } from '../src/coalescer.ts';
import { describe } from './support/it.ts';

/** A coalescer whose turns end when the spec says so. */
const setUp = (most: number) => {
  const sent: string[][] = [];
  const flushes: (() => void)[] = [];
  const coalescer = new Coalescer<string>(
    (flush) => flushes.push(flush),
    most,
    (items) => sent.push(items),
  );
  const endTurn = () => {
    for (const flush of flushes.splice(0)) flush();
  };
  return { sent, coalescer, endTurn, flushes };
};

describe('Coalescer', (it) => {
  it('sends together what came in one turn, once it is over', () => {
    const { sent, coalescer, endTurn } = setUp(10);
    coalescer.add('a');
    coalescer.add('b');
    assert.deepEqual(sent, []);
    endTurn();
    coalescer.add('c');
    endTurn();
    assert.deepEqual(sent, [['a', 'b'], ['c']]);
  });

  it('asks for the end of a turn once, and sends nothing when there is nothing', () => {
    const { sent, coalescer, endTurn, flushes } = setUp(10);
    coalescer.add('a');
    coalescer.add('b');
    assert.equal(flushes.length, 1);
    coalescer.flush();
    endTurn();
    coalescer.flush();
    assert.deepEqual(sent, [['a', 'b']]);
  });

  it('does not wait for the end of the turn with a full load', () => {
    const { sent, coalescer, endTurn } = setUp(2);
    for (const item of 'abc') coalescer.add(item);
    assert.deepEqual(sent, [['a', 'b']]);
    endTurn();
    assert.deepEqual(sent, [['a', 'b'], ['c']]);
  });

  it('never splits an item: one too heavy travels alone', () => {
    const { sent, coalescer } = setUp(10);
    coalescer.add('light', 1);
    coalescer.add('heavy', 500);
    assert.deepEqual(sent, [['light'], ['heavy']]);
  });

  it('sends everything once, in order, and never more than fits', () => {
    const steps = fc.array(fc.oneof(fc.constant('end of turn'), fc.integer({ min: 1, max: 12 })), { maxLength: 60 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 12 }), (plan, most) => {
        const { sent, coalescer, endTurn } = setUp(most);
        const weights = new Map<string, number>();
        for (const [i, step] of plan.entries()) {
          if (typeof step === 'string') endTurn();
          else coalescer.add(`${i}`, weights.set(`${i}`, step).get(`${i}`));
        }
        endTurn();
        assert.deepEqual(sent.flat(), [...weights.keys()]);
        for (const load of sent)
          assert.ok(load.length === 1 || load.reduce((sum, item) => sum + (weights.get(item) ?? 0), 0) <= most);
      }),
    );
  });
});
