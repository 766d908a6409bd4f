import assert from 'node:assert/strict';
import type { Disposal } from '../../../src/broker/broker.ts';
import { type Fate, fatesOf } from '../../../src/broker/pool/broker.ts';
import { describe } from '../../support/it.ts';

const fate = (fields: Partial<Disposal>): Pick<Fate, 'kind' | 'delay'> => {
  const disposal: Disposal = {
    ...{ id: 'a', token: '1', takenAt: 0, kind: 'ack', delay: 0, at: 'back', dead: 'killed', message: '' },
    ...fields,
  };
  const [first] = fatesOf([disposal], 5_000);
  const { id, token, ...rest } = first as Fate;
  assert.deepEqual([id, token], ['a', '1']);
  return rest;
};

describe('fatesOf', (it) => {
  it('an ack is due again after `every`', () => assert.deepEqual(fate({ kind: 'ack' }), { kind: 'ack', delay: 5_000 }));

  it('what failed is due after its delay, or where it was when it goes to the front at once', () => {
    assert.deepEqual(fate({ kind: 'fail', delay: 30 }), { kind: 'fail', delay: 30 });
    assert.deepEqual(fate({ kind: 'fail', delay: 0 }), { kind: 'fail', delay: 0 });
    assert.deepEqual(fate({ kind: 'fail', at: 'front' }), { kind: 'fail', delay: undefined });
    assert.deepEqual(fate({ kind: 'fail', at: 'front', delay: 30 }), { kind: 'fail', delay: 30 });
  });

  it('what was released or never seen is where it was', () => {
    for (const kind of ['release', 'unseen'] as const)
      assert.deepEqual(fate({ kind, at: 'front' }), { kind, delay: undefined });
  });

  it('what is killed is removed, but what cannot be decoded comes round', () => {
    assert.deepEqual(fate({ kind: 'kill' }), { kind: 'remove', delay: undefined });
    assert.deepEqual(fate({ kind: 'kill', dead: 'retry-limit' }), { kind: 'remove', delay: undefined });
    assert.deepEqual(fate({ kind: 'kill', dead: 'undecodable' }), { kind: 'ack', delay: 5_000 });
  });
});
