import assert from 'node:assert/strict';
import { Subject } from 'rxjs';
import { QueueError } from '../../src/errors.ts';
import { Crowd } from '../../src/sinks/crowd.ts';
import { type Manner, Parcel } from '../../src/sinks/parcel.ts';
import { entries } from '../broker/memoryEntries.ts';
import { describe } from '../support/it.ts';

const setUp = () => {
  /** In order: `abc`, those who try, `abc!` once they were woken, and `listen`. */
  const calls: string[] = [];
  const answered: string[] = [];
  let tries: { readonly going: readonly Parcel[]; readonly done: Subject<void> }[] = [];
  let rings = new Subject<void>();
  const crowd = new Crowd({
    room: () => {
      calls.push('listen');
      rings = new Subject<void>();
      return rings;
    },
    enter: (going, woken) => {
      calls.push(`${going.flatMap((parcel) => parcel.entries.map(({ id }) => id)).join('')}${woken ? '!' : ''}`);
      const done = new Subject<void>();
      tries.push({ going, done });
      return done;
    },
  });
  const parcel = (ids: string, manner: Manner = {}): Parcel =>
    new Parcel(entries(ids), manner, ({ ok, val }) => answered.push(ok ? ids : `${ids} ${(val as QueueError).code}`));
  /** Answers the oldest try: so many entries get in. */
  const letIn = (room: number): void => {
    const [first, ...others] = tries;
    tries = others;
    let left = room;
    for (const each of first?.going ?? []) {
      const size = each.entries.length;
      const fits = size <= left;
      if (fits) left -= size;
      else left = each.waits ? 0 : left;
      each.hear(Array(size).fill(fits ? 1 : 2), 0);
    }
    first?.done.next();
  };
  const ring = (): void => rings.next();
  const fails = (error: unknown): void => tries.shift()?.done.error(error);
  return { crowd, parcel, calls, answered, letIn, ring, fails };
};

describe('Crowd', (it) => {
  it('lets all in while there is room, one try at a time', () => {
    const { crowd, parcel, calls, answered, letIn } = setUp();
    crowd.add([parcel('a'), parcel('b')]);
    crowd.add([parcel('c')]);
    crowd.add([parcel('d')]);
    letIn(2);
    letIn(2);
    crowd.add([parcel('e')]);
    assert.deepEqual(calls, ['ab', 'cd', 'e']);
    assert.deepEqual(answered, ['a', 'b', 'c', 'd']);
  });

  it('listens for room once some were refused, and whoever comes meanwhile waits behind them', () => {
    const { crowd, parcel, calls, answered, letIn, ring } = setUp();
    crowd.add([parcel('a'), parcel('b'), parcel('c')]);
    letIn(1);
    crowd.add([parcel('d')]);
    ring();
    letIn(2);
    letIn(1);
    assert.deepEqual(calls, ['abc', 'listen', 'bc!', 'd']);
    assert.deepEqual(answered, ['a', 'b', 'c', 'd']);
  });

  it('tries with about as many as there was room for the last time', () => {
    const { crowd, parcel, calls, letIn, ring } = setUp();
    crowd.add(Array.from('abcdefgh', (id) => parcel(id)));
    letIn(0);
    ring();
    letIn(1);
    ring();
    letIn(2);
    letIn(0);
    ring();
    letIn(4);
    assert.deepEqual(calls, ['abcdefgh', 'listen', 'abcdefgh!', 'listen', 'bc!', 'defg', 'listen', 'defg!', 'h']);
  });

  it('does not let those who will not wait wait', () => {
    const { crowd, parcel, calls, answered, letIn } = setUp();
    crowd.add([parcel('a'), parcel('b', { waits: false })]);
    letIn(0);
    crowd.add([parcel('c', { waits: false }), parcel('d')]);
    letIn(1);
    assert.deepEqual(calls, ['ab', 'listen', 'c']);
    assert.deepEqual(answered, ['b FULL', 'c']);
  });

  it('with nobody left to wait, passes the wake-up on', () => {
    const { crowd, parcel, calls, letIn, ring } = setUp();
    const a = parcel('a');
    crowd.add([a]);
    letIn(0);
    crowd.leave(a);
    ring();
    letIn(0);
    assert.deepEqual(calls, ['a', 'listen', '!']);
    crowd.add([parcel('b')]);
    assert.equal(calls.at(-1), 'b');
  });

  it('what those hear who tried concerns the others, too; whoever comes then tries anew', () => {
    const { crowd, parcel, calls, answered, fails, letIn } = setUp();
    crowd.add([parcel('a')]);
    crowd.add([parcel('b')]);
    fails(new QueueError('CONNECTION', 'away'));
    assert.deepEqual(answered, ['a CONNECTION', 'b CONNECTION']);
    crowd.add([parcel('c')]);
    letIn(1);
    assert.deepEqual(calls, ['a', 'c']);
    assert.equal(answered.at(-1), 'c');
  });

  it('closing is told to those who wait; those who try hear how that ends, and wait no more', () => {
    const closed = new QueueError('CLOSED', 'closed');
    const listening = setUp();
    listening.crowd.add([listening.parcel('a')]);
    listening.letIn(0);
    listening.crowd.close(closed);
    assert.deepEqual(listening.answered, ['a CLOSED']);

    const trying = setUp();
    trying.crowd.add([trying.parcel('a'), trying.parcel('b')]);
    trying.crowd.add([trying.parcel('c')]);
    trying.crowd.close(closed);
    assert.deepEqual(trying.answered, []);
    trying.letIn(1);
    assert.deepEqual(trying.answered, ['a', 'b CLOSED', 'c CLOSED']);
    assert.deepEqual(trying.calls, ['ab']);
  });
});
