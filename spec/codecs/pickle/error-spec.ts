import assert from 'node:assert/strict';
import { PickleError } from '../../../src/codecs/pickle/error.ts';
import { describe } from '../../support/it.ts';

describe('PickleError', (it) => {
  it('is an Error with a name of its own', () => {
    const error = new PickleError('why', { cause: 1 });
    assert.ok(error instanceof Error);
    assert.deepStrictEqual(
      [error.name, error.message, error.cause, String(error)],
      ['PickleError', 'why', 1, 'PickleError: why'],
    );
  });
});
