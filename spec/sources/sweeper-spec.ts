import assert from 'node:assert/strict';
import { of, Subject, throwError } from 'rxjs';
import type { QueueEvent } from '../../src/events.ts';
import { Sweeper } from '../../src/sources/sweeper.ts';
import { type Answers, Clock, FakeBroker } from '../support/broker.ts';
import { describe } from '../support/it.ts';

const setUp = (every: number | null, answers: Answers = {}) => {
  const clock = new Clock();
  const broker = new FakeBroker(answers, clock);
  const events = new Subject<QueueEvent>();
  const seen: QueueEvent[] = [];
  events.subscribe((event) => seen.push(event));
  return { clock, broker, seen, sweeper: new Sweeper({ broker, events, lease: 1_000, every }) };
};

describe('Sweeper', (it) => {
  it('sweeps at once, then every so often, until it ends', () => {
    const { clock, broker, sweeper } = setUp(500);
    sweeper.begin();
    sweeper.begin();
    clock.advance(1_100);
    assert.equal(broker.calls.length, 3);
    sweeper.end();
    clock.advance(5_000);
    assert.deepEqual(broker.calls, Array(3).fill('handBack expired'));
  });

  it('never sweeps when told so', () => {
    const { clock, broker, sweeper } = setUp(null);
    sweeper.begin();
    clock.advance(5_000);
    assert.deepEqual(broker.calls, []);
  });

  it('tells how many it found, and nothing when there were none', () => {
    const found = [0, 3, 0];
    const { clock, seen, sweeper } = setUp(500, { handBack: () => of(found.shift() ?? 0) });
    sweeper.begin();
    clock.advance(1_200);
    assert.deepEqual(seen, [{ type: 'swept', count: 3 }]);
  });

  it('goes on after a sweep that failed, and tells of it', () => {
    const { clock, broker, seen, sweeper } = setUp(500, { handBack: () => throwError(() => new Error('away')) });
    sweeper.begin();
    clock.advance(600);
    assert.equal(broker.calls.length, 2);
    assert.deepEqual(
      seen.map((event) => event.type === 'error' && [event.during, event.error.message]),
      Array(2).fill(['sweep', 'away']),
    );
  });
});
