import assert from 'node:assert/strict';
import { finish } from '../../../src/codecs/pickle/finish.ts';
import { Budget, type PickleLimits } from '../../../src/codecs/pickle/limits.ts';
import { Machine } from '../../../src/codecs/pickle/machine.ts';
import { PyDateTime, PyFrozenSet, PyObject, PyTuple } from '../../../src/codecs/pickle/pickle.ts';
import { Source } from '../../../src/codecs/pickle/source.ts';
import { describe } from '../../support/it.ts';

const machine = (limits?: PickleLimits): Machine =>
  new Machine(new Source(Buffer.alloc(0)), new Budget(limits), { unknown: 'opaque', floats: 'number' });

/** A machine that has made so many objects that it looks how deep they lie. */
const suspicious = (depth: number): Machine => {
  const made = machine({ depth });
  for (let i = 0; i <= depth; i += 1) made.budget.object();
  return made;
};

describe('the end of a pickle', (it) => {
  it('looks into all that can hold something', () => {
    const zone = new PyObject('pytz', 'X', [[[]]]);
    const holders: readonly ((inner: unknown) => unknown)[] = [
      (inner) => [inner],
      (inner) => ({ a: inner }),
      (inner) => new Map([[inner, 1]]),
      (inner) => new Map([[1, inner]]),
      (inner) => new Set([inner]),
      (inner) => new PyTuple([inner]),
      (inner) => new PyFrozenSet([inner]),
      (inner) => Object.assign(new PyObject('a', 'B', []), { state: inner }),
    ];
    for (const holder of holders) {
      assert.ok(finish(suspicious(3), holder([[]])));
      assert.throws(() => finish(suspicious(2), holder([[[]]])), /deeper in itself than the limit/, String(holder));
    }
    assert.throws(() => finish(suspicious(2), new PyDateTime(1, 1, 1, 0, 0, 0, 0, zone)), /deeper/);
  });

  it('measures the longest way where there are several, and ends where there is a circle', () => {
    const shared = suspicious(3);
    shared.shared = true;
    const end: unknown[] = [];
    assert.ok(finish(shared, [end, [end, [end]]]));
    assert.throws(() => finish(shared, [end, [end, [end, [end]]]]), /deeper/);
    const circle: unknown[] = [];
    circle.push(circle);
    assert.equal(finish(shared, circle), circle);
  });

  it('puts the Maps in everywhere, through circles too', () => {
    const stale = machine();
    const dict = {};
    const map = new Map<unknown, unknown>();
    stale.stale = true;
    stale.replaced.set(dict, map);
    const object = Object.assign(new PyObject('a', 'B', []), { state: dict });
    const root = { list: [dict], tuple: new PyTuple([dict]), map: new Map([[1, dict]]), object };
    map.set('root', root);
    finish(stale, root);
    assert.deepStrictEqual([root.list[0], root.tuple.items[0], root.map.get(1), object.state], [map, map, map, map]);
    assert.equal(finish(stale, dict), map);
  });
});
