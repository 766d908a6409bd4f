import assert, { AssertionError } from 'node:assert/strict';
import { addTo, complaint, isOurs, listed, placed } from '../../src/testing/complaint.ts';
import { describe } from '../support/it.ts';

describe('complaint', (it) => {
  it('is an AssertionError that says who complains', () => {
    const error = complaint('nothing is compared');
    assert.ok(error instanceof AssertionError);
    assert.equal(error.message, 'marbles: nothing is compared');
  });

  it('is reported where the spec says what it expects, not within this package', () => {
    const place = new Error('expectTasks');
    const { stack = '' } = placed(complaint('no'), place);
    assert.match(stack, /^AssertionError: marbles: no\n\s+at .*complaint-spec\.ts/);
    assert.ok(!stack.split('\n').slice(1).some(isOurs));
  });

  it('can be told more, in its message and in its stack', () => {
    const error = addTo(complaint('no $&'), ' more');
    assert.equal(error.message, 'marbles: no $& more');
    assert.ok(error.stack?.includes('marbles: no $& more'));
  });

  it('lists names as one says them', () => {
    assert.deepEqual([listed([]), listed(['a']), listed('ab'), listed('abc')], ['none', 'a', 'a and b', 'a, b and c']);
  });

  it('knows frames of this package by URL and by path', () => {
    const src = new URL('../../src/queue.ts', import.meta.url);
    assert.ok(isOurs(`at f (${src.href}:1:1)`) && isOurs(`at f (${src.pathname}:1:1)`));
    assert.ok(!isOurs(`at f (${import.meta.url}:1:1)`));
  });
});
