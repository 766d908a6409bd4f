import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { type Placed, Shelf } from '../../src/broker/memoryShelf.ts';
import { describe } from '../support/it.ts';

const shelf = (...items: readonly Placed[]): Shelf<Placed> => {
  const made = new Shelf<Placed>();
  for (const item of items) made.add(item);
  return made;
};

describe('Shelf', (it) => {
  const [a, b, c] = [
    { at: 1, turn: 2 },
    { at: 1, turn: 3 },
    { at: 5, turn: 1 },
  ];

  it('is in order of at, then of turn, however things were added', () => {
    assert.deepEqual(shelf(c, b, a).slice(0), [a, b, c]);
    assert.equal(shelf(c, b, a).first, a);
    assert.equal(shelf().first, undefined);
  });

  it('knows what is due by when, the moment itself included', () => {
    assert.deepEqual(shelf(a, b, c).dueBy(1), [a, b]);
    assert.deepEqual(shelf(a, b, c).dueBy(0.5), []);
    assert.deepEqual(shelf(a, b, c).dueBy(Number.POSITIVE_INFINITY), [a, b, c]);
  });

  it('knows where things are, also after some have left', () => {
    const all = shelf(a, b, c);
    all.delete(a);
    assert.deepEqual([all.indexOf(b), all.indexOf(c), all.size, all.first], [0, 1, 2, b]);
    assert.deepEqual(all.slice(1), [c]);
  });

  it('holds what a sorted array would hold, whatever is added and taken away', () => {
    const steps = fc.array(fc.record({ at: fc.integer({ min: -5, max: 5 }), leave: fc.option(fc.nat()) }), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(steps, (all) => {
        const [real, model] = [new Shelf<Placed>(), [] as Placed[]];
        for (const [turn, { at, leave }] of all.entries()) {
          if (leave !== null && model.length > 0) {
            const [gone] = model.splice(leave % model.length, 1);
            real.delete(gone as Placed);
          } else {
            const item = { at, turn };
            real.add(item);
            model.push(item);
            model.sort((x, y) => x.at - y.at || x.turn - y.turn);
          }
          assert.deepEqual(real.slice(0), model);
          assert.equal(real.size, model.length);
          assert.equal(real.first, model[0]);
        }
      }),
    );
  });

  it('lets a long line go from its head without moving all the others each time', () => {
    const long = shelf();
    for (let turn = 0; turn < 200_000; turn++) long.add({ at: 0, turn });
    const before = performance.now();
    while (long.first !== undefined) long.delete(long.first);
    assert.ok(performance.now() - before < 2_000);
  });
});
