import assert from 'node:assert/strict';
import type { Disposal } from '../../src/broker/broker.ts';
import { LAYOUT } from '../../src/broker/keys.ts';
import { markAgain, plainArgs, readOutcomes, settleArgs } from '../../src/broker/settlements.ts';
import { unseen } from '../../src/holding.ts';
import { delivery } from '../support/broker.ts';
import { describe } from '../support/it.ts';

const disposal = (kind: Disposal['kind'], id: string, rest: Partial<Disposal> = {}): Disposal => ({
  ...unseen(delivery(id, { token: `t${id}` })),
  kind,
  ...rest,
});
const rule = { limit: 20, window: 0 };

describe('settleArgs', (it) => {
  it('gathers the acks, and says of the others where they go and when, or why they are dead', () => {
    const disposals = [
      disposal('ack', 'a'),
      disposal('fail', 'b', { at: 'back', delay: 5, message: 'boom' }),
      disposal('ack', 'c'),
      disposal('kill', 'd', { dead: 'too-old', message: 'why' }),
      disposal('unseen', 'e'),
    ];
    assert.deepEqual(settleArgs(disposals, rule), [
      ...[LAYOUT, 20, 0, 0, '["a","c"]', '["ta","tc"]'],
      ...['b', 'tb', 'fail', 'b5', 'boom'],
      ...['d', 'td', 'too-old', 'f0', 'why'],
      ...['e', 'te', 'unseen', 'f0', ''],
    ]);
  });

  it('names no tokens while every ack is of a first delivery', () => {
    const first = disposal('ack', 'a', { token: '' });
    assert.deepEqual(settleArgs([first], rule).slice(4), ['["a"]', '']);
    assert.deepEqual(settleArgs([first, disposal('ack', 'b')], rule).slice(4), ['["a","b"]', '["","tb"]']);
  });

  it('says no limit as a number that is never reached', () => {
    const [, limit] = settleArgs([], { limit: Number.POSITIVE_INFINITY, window: 0 });
    assert.equal(Number(limit), 1e15);
  });

  it('can be marked as a repetition afterwards, wherever it stands', () => {
    const args = settleArgs([disposal('ack', 'a')], rule);
    markAgain(args, 0);
    assert.deepEqual(args.slice(0, 4), [LAYOUT, 20, 0, 1]);
    const longer = [5, ...settleArgs([], rule)];
    markAgain(longer, 1);
    assert.deepEqual(longer.slice(0, 5), [5, LAYOUT, 20, 0, 1]);
  });
});

describe('plainArgs', (it) => {
  const taken = [LAYOUT, 7, 1_000, ''];
  const first = (id: string): Disposal => disposal('ack', id, { token: '' });
  const of = (...disposals: Disposal[]) => plainArgs(settleArgs(disposals, rule), taken);

  it('has what acks of first deliveries and a take need', () => {
    assert.deepEqual(of(first('a'), first('b')), [LAYOUT, 0, '["a","b"]', 7, 1_000]);
  });

  it('is nothing for anything else, for later deliveries, for no acks, and where tasks are too old at some age', () => {
    assert.equal(of(first('a'), disposal('fail', 'b', { token: '' })), undefined);
    assert.equal(of(first('a'), disposal('ack', 'b')), undefined);
    assert.equal(of(), undefined);
    assert.equal(plainArgs(settleArgs([first('a')], rule), [LAYOUT, 7, 1_000, 60_000]), undefined);
  });
});

describe('readOutcomes', (it) => {
  it('gives the answers in the order of the questions', () => {
    const disposals = [disposal('fail', 'a'), disposal('ack', 'b'), disposal('kill', 'c'), disposal('ack', 'd')];
    // Redis heard b, d, a, c.
    assert.deepEqual(readOutcomes([0, 1, 1, 2], disposals), [1, 0, 2, 1]);
    assert.deepEqual(readOutcomes(2, [disposal('ack', 'a'), disposal('ack', 'b')]), [1, 1]);
    assert.deepEqual(readOutcomes([0, 1], [disposal('ack', 'a'), disposal('ack', 'b')]), [0, 1]);
  });
});
