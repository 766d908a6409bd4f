import assert from 'node:assert/strict';
import { Holding, Sending, unseen } from '../src/holding.ts';
import type { Verdict } from '../src/task.ts';
import { delivery } from './support/broker.ts';
import { describe } from './support/it.ts';

const sending = (verdict: Verdict, failures = 0): Sending =>
  new Sending(
    new Holding(delivery('a', { failures, token: '1/2' }), undefined, 0),
    verdict,
    (n) => n * 100,
    () => {},
    true,
  );

describe('Holding', (it) => {
  it('tells what its delivery told, but for a lease that moves', () => {
    const given = delivery('a', { failures: 2, deliveries: 3, failingFor: 4, headers: { by: 'me' }, enqueuedAt: 5 });
    const holding = new Holding(given, undefined, 10);
    const { id, failures, deliveries, failingFor, headers, enqueuedAt, priority } = holding;
    assert.deepEqual(
      [id, failures, deliveries, failingFor, headers, enqueuedAt, priority],
      ['a', 2, 3, 4, { by: 'me' }, 5, 0],
    );
    holding.leasedUntil = 99;
    assert.equal(given.leasedUntil, 30_000);
  });
});

describe('Sending', (it) => {
  it('gives a failure its backoff, by how often it will then have failed', () => {
    assert.equal(sending({ kind: 'fail' }, 2).delay, 300);
    assert.equal(sending({ kind: 'fail', delay: 7 }, 2).delay, 7);
    assert.equal(sending({ kind: 'fail', at: 'front' }).delay, 0);
    assert.equal(sending({ kind: 'release' }).delay, 0);
  });

  it('sends failures to the back and what was released to the front, unless told otherwise', () => {
    const ends = [
      { kind: 'fail' },
      { kind: 'release' },
      { kind: 'fail', at: 'front' },
      { kind: 'release', at: 'back' },
    ] as const;
    assert.deepEqual(
      ends.map((verdict) => sending(verdict).at),
      ['back', 'front', 'front', 'back'],
    );
  });

  it('carries what storage needs to know: whose it is, why it is dead, what was said', () => {
    const { id, token, kind, dead, message } = sending({ kind: 'kill', reason: new Error('boom') });
    assert.deepEqual([id, token, kind, dead, message], ['a', '1/2', 'kill', 'killed', 'boom']);
    assert.equal(sending({ kind: 'kill', dead: 'too-old' }).dead, 'too-old');
  });
});

describe('unseen', (it) => {
  it('hands a delivery back to the front as if it had not happened', () => {
    const { id, token, kind, at, delay } = unseen(delivery('a', { token: '1' }));
    assert.deepEqual([id, token, kind, at, delay], ['a', '1', 'unseen', 'front', 0]);
  });
});
