import assert from 'node:assert/strict';
import { QueueError } from '../../src/errors.ts';
import { Parcel, type ParcelOptions } from '../../src/sinks/parcel.ts';
import { entries, entry } from '../broker/memoryEntries.ts';
import { describe } from '../support/it.ts';

const parcelOf = (ids: string, options: Partial<ParcelOptions> = {}) => {
  const heard: unknown[] = [];
  const parcel = new Parcel(entries(ids), {
    whole: true,
    waits: true,
    signal: undefined,
    answer: ({ val }) => heard.push(val),
    ...options,
  });
  return { parcel, heard };
};

describe('Parcel', (it) => {
  it('is one piece, unless its entries may come in one by one', () => {
    assert.deepEqual(parcelOf('abc').parcel.sizes, [3]);
    assert.deepEqual(parcelOf('abc', { waits: false }).parcel.sizes, [-3]);
    assert.deepEqual(parcelOf('abc', { whole: false }).parcel.sizes, [1, 1, 1]);
  });

  it('answers what became of each: added, here already, or kept out by a twin', () => {
    const { parcel, heard } = parcelOf('abc');
    assert.equal(parcel.hear([1, 0, 't']), false);
    assert.deepEqual(heard, [
      [
        { id: 'a', added: true },
        { id: 'b', added: false },
        { id: 't', added: false },
      ],
    ]);
  });

  it('an id of our own making that is here came with a first attempt whose reply was lost', () => {
    const heard: unknown[] = [];
    const answer = ({ val }: { val: unknown }): unknown => heard.push(val);
    new Parcel([entry('a', { own: false })], { whole: true, waits: true, signal: undefined, answer }).hear([0]);
    assert.deepEqual(heard, [[{ id: 'a', added: true }]]);
  });

  it('waits where there was no room, with what is still to be put', () => {
    const { parcel, heard } = parcelOf('abc', { whole: false });
    assert.equal(parcel.hear([1, 2, 2]), true);
    assert.deepEqual(
      parcel.entries.map(({ id }) => id),
      ['b', 'c'],
    );
    assert.deepEqual(heard, []);
    assert.equal(parcel.hear([1, 1]), false);
    assert.equal((heard as unknown[][])[0]?.length, 3);
  });

  it('answers FULL, naming its tasks, where it does not wait', () => {
    const { parcel, heard } = parcelOf('ab', { waits: false });
    assert.equal(parcel.hear([2, 2]), false);
    const [error] = heard as QueueError[];
    assert.ok(error instanceof QueueError);
    assert.deepEqual([error.code, error.ids], ['FULL', ['a', 'b']]);
  });
});
