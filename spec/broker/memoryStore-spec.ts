import assert from 'node:assert/strict';
import type { Delivery, HandBack } from '../../src/broker/broker.ts';
import { MemoryStore } from '../../src/broker/memoryStore.ts';
import { describe } from '../support/it.ts';
import { entries, entry, RULE, verdict } from './memoryEntries.ts';

// Every transition is held against Redis's in model-spec.ts; here is what is easier read than found at random.

const setUp = () => {
  const clock = { time: 1_000, now: () => clock.time };
  const store = new MemoryStore(clock);
  const take = (count: number, lease = 100): readonly Delivery[] => store.take(count, lease).deliveries;
  const takeOne = (): Delivery => take(1)[0] as Delivery;
  const line = (): string =>
    store.shelves.ready
      .slice(0)
      .map(({ id }) => id)
      .join('');
  return { clock, store, take, takeOne, line };
};

const SWEEP: HandBack = { which: 'expired', olderThan: 0, at: 'front', lease: 100 };

describe('MemoryStore', (it) => {
  it('gives every delivery a token of its own', () => {
    const { store, takeOne } = setUp();
    store.put([entry('a')]);
    const first = takeOne();
    store.settle([verdict(first, 'unseen')], RULE);
    const second = takeOne();
    assert.notEqual(first.token, second.token);
    assert.deepEqual(store.settle([verdict(first, 'ack'), verdict(second, 'ack')], RULE), [0, 1]);
  });

  it('a lease is over at its end, not before', () => {
    const { clock, store, take } = setUp();
    store.put(entries('a'));
    take(1, 100);
    clock.time += 99;
    assert.equal(store.handBack(SWEEP), 0);
    clock.time += 1;
    assert.equal(store.handBack(SWEEP), 1);
  });

  it('returns what was taken in several calls in the order it was taken, at whatever moment', () => {
    const { clock, store, take, line } = setUp();
    store.put(entries('badcfe'));
    take(2);
    take(3);
    clock.time += 100;
    assert.equal(store.handBack(SWEEP), 5);
    assert.equal(line(), 'badcfe');
  });

  it('counts a late ack once, of the latest delivery only, and not after the next one', () => {
    const { clock, store, takeOne } = setUp();
    store.put([entry('a')]);
    const first = takeOne();
    clock.time += 100;
    store.handBack(SWEEP);
    assert.deepEqual(store.settle([verdict(first, 'fail'), verdict(first, 'release')], RULE), [0, 0]);
    const second = takeOne();
    assert.deepEqual(store.settle([verdict(first, 'ack')], RULE), [0]);
    clock.time += 100;
    store.handBack(SWEEP);
    assert.deepEqual(store.settle([verdict(first, 'ack')], RULE), [0]);
    assert.deepEqual(store.settle([verdict(second, 'ack'), verdict(second, 'ack')], RULE), [1, 0]);
    assert.equal(store.stats().acked, 1);
  });

  it('settles acks before all others, and each delivery once', () => {
    const { store, takeOne } = setUp();
    store.put([entry('a')]);
    const delivery = takeOne();
    assert.deepEqual(store.settle([verdict(delivery, 'kill'), verdict(delivery, 'ack')], RULE), [0, 1]);
    assert.equal(store.stats().dead, 0);
  });

  it('renews to a later end, to an earlier one only when it is to be exact', () => {
    const { clock, store, takeOne } = setUp();
    store.put([entry('a')]);
    const delivery = takeOne();
    assert.deepEqual(store.renew([delivery], 50, false), [1_100]);
    assert.deepEqual(store.renew([delivery], 200, false), [1_200]);
    assert.deepEqual(store.renew([delivery], 50, true), [1_050]);
    clock.time += 60;
    assert.deepEqual(store.renew([delivery], 100, false), [1_160], 'over, but nobody else has it');
    assert.deepEqual(store.renew([{ ...delivery, token: 'none' }], 100, true), [0]);
  });

  it('rings for what can be taken or is due earlier than all before, not while it is paused', () => {
    const { store } = setUp();
    const rang = (change: () => unknown): boolean => {
      store.wake.silence();
      change();
      return store.wake.armed;
    };
    assert.equal(
      rang(() => store.put([entry('a', { delay: 50 })])),
      true,
      'the earliest',
    );
    assert.equal(
      rang(() => store.put([entry('b', { delay: 60 })])),
      false,
      'a later one',
    );
    assert.equal(
      rang(() => store.put([entry('c')])),
      true,
      'at once',
    );
    assert.equal(
      rang(() => store.put([entry('c')])),
      false,
      'nothing new',
    );
    assert.equal(
      rang(() => store.take(1, 100)),
      false,
      'nothing left',
    );
    store.put(entries('de'));
    assert.equal(
      rang(() => store.take(1, 100)),
      true,
      'some left',
    );
    assert.equal(
      rang(() => store.pause(true)),
      false,
    );
    assert.equal(
      rang(() => store.put([entry('f')])),
      false,
      'paused',
    );
    assert.equal(
      rang(() => store.pause(false)),
      true,
      'goes on',
    );
    assert.equal(
      rang(() => store.pause(false)),
      false,
      'went on before',
    );
  });

  it('reads dead letters from the beginning when it is asked to go on after one that is no dead letter', () => {
    const { store, take } = setUp();
    store.put(entries('abc'));
    store.settle(
      take(2).map((delivery) => verdict(delivery, 'kill')),
      RULE,
    );
    const ids = (after: string | undefined): string =>
      store
        .deadLetters(5, after)
        .map(({ id }) => id)
        .join('');
    assert.deepEqual([ids(undefined), ids('a'), ids('b'), ids('c'), ids('nobody')], ['ab', 'b', '', 'ab', 'ab']);
  });
});
