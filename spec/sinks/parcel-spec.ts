import assert from 'node:assert/strict';
import { QueueError } from '../../src/errors.ts';
import { type Manner, Parcel } from '../../src/sinks/parcel.ts';
import { entries, entry } from '../broker/memoryEntries.ts';
import { describe } from '../support/it.ts';

const parcelOf = (ids: string | Parcel['entries'], manner: Manner = {}) => {
  const heard: unknown[] = [];
  const given = typeof ids === 'string' ? entries(ids) : ids;
  return { parcel: new Parcel(given, manner, ({ val }) => heard.push(val)), heard };
};

const ids = ({ entries }: Parcel): string => entries.map(({ id }) => id).join('');

describe('Parcel', (it) => {
  it('is one piece, unless its entries may come in one by one', () => {
    assert.deepEqual(parcelOf('abc').parcel.sizes, [3]);
    assert.deepEqual(parcelOf('abc', { waits: false }).parcel.sizes, [-3]);
    assert.deepEqual(parcelOf('abc', { whole: false }).parcel.sizes, [1, 1, 1]);
  });

  it('answers what became of each: added, here already, or kept out by a twin', () => {
    const { parcel, heard } = parcelOf('abc');
    parcel.hear([1, 0, 't'], 0);
    assert.equal(parcel.answered, true);
    assert.deepEqual(heard, [
      [
        { id: 'a', added: true },
        { id: 'b', added: false },
        { id: 't', added: false },
      ],
    ]);
  });

  it('reads its own outcomes among those of others', () => {
    const { parcel, heard } = parcelOf('b');
    parcel.hear([1, 0, 1], 1);
    assert.deepEqual(heard, [[{ id: 'b', added: false }]]);
  });

  it('an id of our own making that is here came with a first attempt whose reply was lost', () => {
    const { parcel, heard } = parcelOf([entry('a', { own: false })]);
    parcel.hear([0], 0);
    assert.deepEqual(heard, [[{ id: 'a', added: true }]]);
  });

  it('waits where there was no room, with what is still to be put', () => {
    const { parcel, heard } = parcelOf('abc', { whole: false });
    parcel.hear([1, 2, 2], 0);
    assert.equal(ids(parcel), 'bc');
    assert.deepEqual([parcel.answered, heard], [false, []]);
    parcel.hear([1, 1], 0);
    assert.equal((heard as unknown[][])[0]?.length, 3);
  });

  it('answers FULL, naming its tasks, where it does not wait', () => {
    const { parcel, heard } = parcelOf('ab', { waits: false });
    parcel.hear([2, 2], 0);
    assert.equal(parcel.answered, true);
    const [error] = heard as QueueError[];
    assert.ok(error instanceof QueueError);
    assert.deepEqual([error.code, error.ids], ['FULL', ['a', 'b']]);
  });

  it('is told of too few replicas only as far as it is in', () => {
    const tooFew = new QueueError('REPLICAS', '0 of 1');
    const [whole, refused, partly] = [parcelOf('ab'), parcelOf('c'), parcelOf('de', { whole: false })];
    for (const [i, { parcel }] of [whole, refused, partly].entries())
      parcel.hear([1, 1, 2, 1, 2], [0, 2, 3][i] as number, tooFew);
    const told = [whole, refused, partly].map(({ heard }) =>
      (heard as QueueError[]).map(({ code, ids }) => [code, ids]),
    );
    assert.deepEqual(told, [[['REPLICAS', ['a', 'b']]], [], [['REPLICAS', ['d']]]]);
    assert.equal(refused.parcel.answered, false, 'it was not put: it waits on');
  });
});
