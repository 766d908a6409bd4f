import assert from 'node:assert/strict';
import { aborted, asQueueError, closed, QueueError, textOf } from '../src/errors.ts';
import { describe } from './support/it.ts';

describe('QueueError', (it) => {
  it('says its code, and what it was underneath only where there is something', () => {
    const cause = new Error('ECONNRESET');
    const error = new QueueError('CONNECTION', 'No answer', { cause, ids: ['a'] });
    assert.ok(error instanceof Error);
    assert.deepEqual([error.name, error.code, error.cause, error.ids], ['QueueError', 'CONNECTION', cause, ['a']]);

    const bare = new QueueError('EMPTY', 'There is no task to take');
    assert.ok(!('cause' in bare) && !('ids' in bare));
  });

  it('can be said of other tasks without forgetting anything', () => {
    const error = new QueueError('CODEC', 'no', { cause: 'why', heals: false }).about(['b']);
    assert.deepEqual(
      [error.code, error.message, error.cause, error.heals, error.ids],
      ['CODEC', 'no', 'why', false, ['b']],
    );
  });

  it('is what any other error becomes', () => {
    const known = closed();
    assert.equal(asQueueError(known), known);
    const strange = new TypeError('strange');
    assert.equal(asQueueError(strange).cause, strange);
    assert.deepEqual([asQueueError('words').code, asQueueError('words').message], ['CONNECTION', 'words']);
  });

  it("keeps the reason of the caller's signal", () => {
    const error = aborted(AbortSignal.abort('enough'));
    assert.deepEqual([error.code, error.cause], ['ABORTED', 'enough']);
  });
});

describe('textOf', (it) => {
  it('is the message of an error, its name where it has none, and the text of all else', () => {
    assert.equal(textOf(new Error('boom')), 'boom');
    assert.equal(textOf(new TypeError()), 'TypeError');
    assert.equal(textOf('words'), 'words');
    assert.equal(textOf(404), '404');
    assert.equal(textOf({ status: 404, body: { why: 'gone' } }), "{ status: 404, body: { why: 'gone' } }");
    assert.deepEqual([undefined, null].map(textOf), ['', '']);
  });

  it('is at most 1 KiB, cut between characters', () => {
    const text = textOf('ü€😀'.repeat(500));
    assert.ok(Buffer.byteLength(text) <= 1_024 && Buffer.byteLength(text) > 1_020);
    assert.ok('ü€😀'.repeat(500).startsWith(text));
    assert.equal(textOf('x'.repeat(1_024)), 'x'.repeat(1_024));
  });

  it('never throws, whatever was thrown', () => {
    const hostile = {
      get [Symbol.toStringTag](): string {
        throw new Error('no');
      },
    };
    for (const reason of [
      Object.create(null),
      hostile,
      Object.assign(new Error(), { message: 5 }),
      Symbol('s'),
      () => {},
    ])
      assert.equal(typeof textOf(reason), 'string');
  });
});
