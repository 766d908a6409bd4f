import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Chain, type Linked } from '../src/chain.ts';
import { describe } from './support/it.ts';

class Ring implements Linked<Ring> {
  before: Ring | undefined;
  after: Ring | undefined;
  readonly name: number;

  constructor(name: number) {
    this.name = name;
  }
}

describe('Chain', (it) => {
  it('holds what was added and not taken out, in order, as a Set would', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9)), (names) => {
        const [rings, chain, set] = [
          Array.from({ length: 10 }, (_, i) => new Ring(i)),
          new Chain<Ring>(),
          new Set<Ring>(),
        ];
        for (const ring of names.map((name) => rings[name] as Ring)) {
          if (set.delete(ring)) chain.delete(ring);
          else {
            set.add(ring);
            chain.add(ring);
          }
          assert.deepEqual(
            [[...chain].map(({ name }) => name), chain.size],
            [[...set].map(({ name }) => name), set.size],
          );
        }
      }),
    );
  });

  it('lets the one it is at be taken out, and holds on to nothing that was', () => {
    const [chain, rings] = [new Chain<Ring>(), [1, 2, 3].map((name) => new Ring(name))];
    for (const ring of rings) chain.add(ring);
    for (const ring of chain) chain.delete(ring);
    assert.equal(chain.size, 0);
    assert.deepEqual(
      rings.map(({ before, after }) => [before, after]),
      Array(3).fill([undefined, undefined]),
    );
  });
});
