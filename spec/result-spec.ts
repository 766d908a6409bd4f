import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { Err, None, Ok, Option, Result, Some } from '../src/result.ts';
import { describe } from './support/it.ts';

describe('the door to ts-results', (it) => {
  it('gives all six names in Node ESM, where the package hides them', () => {
    assert.equal(Ok(1).unwrap(), 1);
    assert.equal(Err('no').val, 'no');
    assert.equal(Some(1).unwrap(), 1);
    assert.equal(None.some, false);
    assert.ok(Result.isResult(Ok(1)) && Option.isOption(None));
  });

  it('leads to the same library as `require`: one instanceof for all', () => {
    const required = createRequire(import.meta.url)('ts-results') as { Ok: typeof Ok };
    assert.equal(required.Ok, Ok);
  });
});
