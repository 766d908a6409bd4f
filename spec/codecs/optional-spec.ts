import assert from 'node:assert/strict';
import { optional } from '../../src/codecs/optional.ts';
import { QueueError } from '../../src/errors.ts';
import { describe } from '../support/it.ts';

describe('optional', (it) => {
  it('loads a package at the first use, once', () => {
    let loads = 0;
    const load = optional<{ n: number }>('x', 'pkg', () => {
      loads += 1;
      return { n: 1 };
    });
    assert.equal(loads, 0);
    assert.equal(load(), load());
    assert.equal(loads, 1);
  });

  it('says what to install when it is not there', () => {
    const load = optional('msgpack', 'millrace-has-no-such-package');
    for (const _ of [1, 2])
      assert.throws(load, (error) => {
        assert.ok(error instanceof QueueError);
        assert.deepStrictEqual([error.code, error.heals], ['CODEC', false]);
        assert.match(
          error.message,
          /^The codec msgpack needs the package .*: npm install millrace-has-no-such-package$/,
        );
        return true;
      });
  });

  it('passes on what is wrong with a package that is there', () => {
    const broken = new SyntaxError('broken');
    const load = optional('x', 'pkg', () => {
      throw broken;
    });
    assert.throws(load, broken);
  });
});
