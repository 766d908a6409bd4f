import assert from 'node:assert/strict';
import { of, Subject, throwError } from 'rxjs';
import { Chain } from '../src/chain.ts';
import type { QueueEvent } from '../src/events.ts';
import { Holding } from '../src/holding.ts';
import { Renewal } from '../src/renewal.ts';
import { type Answers, Clock, delivery, FakeBroker } from './support/broker.ts';
import { describe } from './support/it.ts';
import { task } from './support/tasks.ts';

const LEASE = 3_000;

const setUp = (answers: Answers = {}) => {
  const clock = new Clock();
  const broker = new FakeBroker(answers, clock);
  const [events, seen] = [new Subject<QueueEvent>(), [] as QueueEvent[]];
  events.subscribe((event) => seen.push(event));
  const held = new Chain<Holding>();
  const dropped: string[] = [];
  const renewal = new Renewal(held, { broker, events, lease: LEASE }, ({ id }) => dropped.push(id));
  const hold = (id: string): Holding => {
    const holding = new Holding(delivery(id), undefined, renewal.next);
    held.add(holding);
    renewal.begin();
    return holding;
  };
  return { clock, broker, seen, held, renewal, hold, dropped };
};

describe('Renewal', (it) => {
  it('renews at a third of the lease, together what is due together', () => {
    const { clock, broker, hold } = setUp();
    const [a, b] = [hold('a'), hold('b')];
    clock.advance(LEASE / 3 - 1);
    assert.deepEqual(broker.calls, []);
    clock.advance(250);
    assert.deepEqual(broker.calls, ['renew a b']);
    assert.ok(a.leasedUntil >= LEASE && a.leasedUntil === b.leasedUntil);
    clock.advance(LEASE);
    assert.ok(broker.calls.length >= 3);
  });

  it('leaves alone what is settled before', () => {
    const { clock, broker, held, hold } = setUp();
    held.delete(hold('a'));
    hold('b');
    clock.advance(LEASE / 2);
    assert.deepEqual(broker.calls, ['renew b']);
  });

  it('stops when nothing is held, and begins again with the next task', () => {
    const { clock, broker, held, hold } = setUp();
    held.delete(hold('a'));
    clock.advance(LEASE);
    assert.deepEqual(broker.calls, []);
    hold('b');
    clock.advance(LEASE / 2);
    assert.deepEqual(broker.calls, ['renew b']);
  });

  it('tells once of a lease that is lost, and does not ask for it again', () => {
    const { clock, broker, seen, renewal, hold } = setUp({
      renew: (holds) => of(holds.map(({ id }) => (id === 'a' ? 0 : 9_000))),
    });
    hold('a');
    hold('b');
    clock.advance(LEASE);
    renewal.all();
    assert.deepEqual(seen, [{ type: 'lost', id: 'a' }]);
    assert.deepEqual([...new Set(broker.calls)], ['renew a b', 'renew b']);
  });

  it('does not call a lease lost whose task is being settled or is settled already', () => {
    const answer = new Subject<number[]>();
    const { seen, renewal, hold } = setUp({ renew: () => answer });
    const a = hold('a');
    renewal.all();
    a.settled = true;
    answer.next([0]);
    assert.deepEqual(seen, []);
  });

  it('tells of a renewal that failed, and tries again', () => {
    const away = new Error('away');
    const { clock, broker, seen, hold } = setUp({ renew: () => throwError(() => away) });
    hold('a');
    clock.advance(LEASE);
    assert.ok(broker.calls.length >= 2);
    assert.deepEqual(seen[0], { type: 'error', during: 'renew', error: away });
  });

  it('renews everything at once after an outage, a thousand leases a call', () => {
    const { broker, renewal, hold } = setUp();
    for (let i = 0; i < 1_001; i++) hold(`${i}`);
    renewal.all();
    assert.deepEqual([broker.calls.length, broker.calls[1]], [2, 'renew 1000']);
  });

  it('ends when told so', () => {
    const { clock, broker, renewal, hold } = setUp();
    hold('a');
    renewal.end();
    clock.advance(LEASE);
    assert.deepEqual(broker.calls, []);
  });

  it('watches only tasks that live long, and no longer holds on to them', () => {
    const registered: [object, Holding][] = [];
    let collected: (holding: Holding) => void = () => {};
    const real = globalThis.FinalizationRegistry;
    globalThis.FinalizationRegistry = class {
      constructor(told: (holding: Holding) => void) {
        collected = told;
      }
      register(what: object, holding: Holding): void {
        registered.push([what, holding]);
      }
      unregister(): boolean {
        return true;
      }
    } as never;
    try {
      const { clock, held, hold, dropped } = setUp();
      const [old, young] = [hold('old'), hold('young')];
      const watched = task('old');
      old.task = watched;
      young.task = task('young');
      held.delete(young);
      clock.advance(600);
      assert.deepEqual(registered, [[watched, old]]);
      assert.equal(old.task, undefined);

      collected(old);
      assert.deepEqual(dropped, ['old']);
    } finally {
      globalThis.FinalizationRegistry = real;
    }
  });
});
