import assert from 'node:assert/strict';
import { failOptions } from '../src/failOptions.ts';
import { describe } from './support/it.ts';

describe('failOptions', (it) => {
  it('gives back what was given and nothing else', () => {
    assert.deepEqual(failOptions('fail', undefined), {});
    assert.deepEqual(failOptions('fail', { at: 'front', delay: 5 }), { at: 'front', delay: 5 });
    assert.deepEqual(failOptions('fail', { at: undefined, kind: 'ack', dead: 'killed' } as never), {});
  });

  it('refuses what is no option, naming it', () => {
    assert.throws(() => failOptions('fail', { delay: -1 }), /^RangeError: fail: delay is -1, expected milliseconds/);
    assert.throws(
      () => failOptions('fail', { at: 'top' as never }),
      /^RangeError: fail: at is "top", expected "front"/,
    );
    assert.throws(() => failOptions('fail', 5 as never), /^TypeError: fail: options is 5/);
  });
});
