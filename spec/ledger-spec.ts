import assert from 'node:assert/strict';
import { of, Subject, throwError } from 'rxjs';
import type { Outcome } from '../src/broker/broker.ts';
import { QueueError } from '../src/errors.ts';
import type { QueueEvent } from '../src/events.ts';
import type { Consumer } from '../src/holding.ts';
import { Ledger } from '../src/ledger.ts';
import type { Result } from '../src/result.ts';
import { type Answers, Clock, delivery, FakeBroker, taken } from './support/broker.ts';
import { describe } from './support/it.ts';

const setUp = (answers: Answers = {}, backoff: (failures: number) => number = () => 7) => {
  const clock = new Clock();
  const broker = new FakeBroker(answers, clock);
  const [events, seen] = [new Subject<QueueEvent>(), [] as QueueEvent[]];
  events.subscribe((event) => seen.push(event));
  const rule = { limit: 20, window: 0 };
  const ledger = new Ledger({ queue: 'q', broker, events, lease: 30_000, patience: 1_000, rule, backoff });
  const hold = (id: string, consumer?: Consumer) => ledger.hold(delivery(id), consumer);
  return { clock, broker, seen, ledger, hold };
};

const shown = (result: Result<void, QueueError>): string => (result.ok ? 'Ok' : result.val.code);

/** Whoever does nothing but count its credits; it wants `more` with every settlement. */
class Counting implements Consumer {
  credits = 0;
  refills = 0;
  readonly received: string[] = [];
  error: QueueError | undefined;
  readonly #more: number;

  constructor(more = 0) {
    this.#more = more;
  }

  credit(): void {
    this.credits++;
  }
  refill(): void {
    this.refills++;
  }
  wants(): number {
    return this.#more;
  }
  receive(_: number, { deliveries }: ReturnType<typeof taken>): void {
    this.received.push(...deliveries.map(({ id }) => id));
  }
  fail(error: QueueError): void {
    this.error = error;
  }
}

describe('Ledger', (it) => {
  it('sends the verdicts of one turn together, and answers each', async () => {
    const { clock, broker, ledger, hold } = setUp({ settle: () => of([1, 1, 1, 1]) });
    const [a, b, c, d] = [hold('a'), hold('b'), hold('c'), hold('d')];
    const answers = [
      ledger.attempt(a, { kind: 'ack' }),
      ledger.attempt(b, { kind: 'fail' }),
      ledger.attempt(c, { kind: 'fail', at: 'front' }),
      ledger.attempt(d, { kind: 'release', delay: 5 }),
    ];
    assert.deepEqual(broker.calls, []);
    clock.advance(0);
    assert.deepEqual(broker.calls, ['settle ack a, fail b in 7, fail c, release d in 5']);
    assert.deepEqual((await Promise.all(answers)).map(shown), ['Ok', 'Ok', 'Ok', 'Ok']);
  });

  it('sends a full batch at once', () => {
    const { broker, ledger, hold } = setUp();
    for (let i = 0; i < 250; i++) void ledger.attempt(hold(`${i}`), { kind: 'ack' });
    assert.equal(broker.calls.length, 1);
  });

  it('answers STALE for what came too late, and tells of it and of what died', async () => {
    const { clock, seen, ledger, hold } = setUp({ settle: () => of<Outcome[]>([0, 2, 2]) });
    const answers = [
      ledger.attempt(hold('a'), { kind: 'ack' }),
      ledger.attempt(hold('b'), { kind: 'fail', reason: new Error('boom') }),
      ledger.attempt(hold('c'), { kind: 'kill', reason: 'enough', dead: 'too-old' }),
    ];
    clock.advance(0);
    assert.deepEqual((await Promise.all(answers)).map(shown), ['STALE', 'Ok', 'Ok']);
    assert.deepEqual(seen, [
      { type: 'dead', id: 'b', reason: 'retry-limit', message: 'boom' },
      { type: 'dead', id: 'c', reason: 'too-old', message: 'enough' },
      { type: 'stale', id: 'a', kind: 'ack' },
    ]);
  });

  it('settles once: a second verdict is STALE and asks nothing of Redis', async () => {
    const { clock, broker, ledger, hold } = setUp();
    const a = hold('a');
    const first = ledger.attempt(a, { kind: 'ack' });
    assert.equal(shown(await ledger.attempt(a, { kind: 'fail' })), 'STALE');
    clock.advance(0);
    assert.equal(shown(await first), 'Ok');
    assert.equal(shown(await ledger.attempt(a, { kind: 'ack' })), 'STALE');
    assert.equal(broker.calls.length, 1);
  });

  it('answers CONNECTION after its patience, goes on trying, and lets a repeated ack join', async () => {
    const redis = new Subject<Outcome[]>();
    const { clock, broker, ledger, hold } = setUp({ settle: () => redis });
    const a = hold('a');
    const first = ledger.attempt(a, { kind: 'ack' });
    clock.advance(999);
    assert.equal(shown(await Promise.race([first, ledger.attempt(a, { kind: 'ack' })])), 'STALE');
    clock.advance(1);
    assert.equal(shown(await first), 'CONNECTION');

    const again = ledger.attempt(a, { kind: 'ack' });
    assert.equal(shown(await ledger.attempt(a, { kind: 'kill' })), 'STALE');
    clock.advance(500);
    redis.next([1]);
    redis.complete();
    assert.equal(shown(await again), 'Ok');
    assert.deepEqual(broker.calls, ['settle ack a']);
  });

  it('loses patience anew with an ack that joined', async () => {
    const { clock, ledger, hold } = setUp({ settle: () => new Subject() });
    const a = hold('a');
    for (let i = 0; i < 2; i++) {
      const answer = ledger.attempt(a, { kind: 'ack' });
      clock.advance(1_000);
      assert.equal(shown(await answer), 'CONNECTION');
    }
  });

  it('waits for Redis for ever with what a stream settles', () => {
    const redis = new Subject<Outcome[]>();
    const { clock, ledger, hold } = setUp({ settle: () => redis });
    const heard: unknown[] = [];
    ledger.settle(hold('a'), { kind: 'ack' }, (error) => heard.push(error));
    clock.advance(100_000);
    assert.deepEqual(heard, []);
    redis.next([1]);
    redis.complete();
    assert.deepEqual(heard, [undefined]);
  });

  it('answers when replicas have it, or that they have not; it took effect all the same, and frees its credit', async () => {
    const redis = new Subject<Outcome[]>();
    const { clock, broker, seen, ledger, hold } = setUp({ settle: () => redis });
    broker.confirms = true;
    const consumer = new Counting(2);
    const answers = [
      ledger.attempt(hold('a', consumer), { kind: 'ack' }),
      ledger.attempt(hold('b', consumer), { kind: 'ack' }),
    ];
    clock.advance(0);
    redis.next([1, 0]);
    await ledger.drain(0);
    clock.advance(5_000);
    assert.deepEqual([consumer.credits, consumer.refills], [2, 0]);
    assert.equal(await Promise.race([...answers, 'not yet']), 'not yet');

    const short = new QueueError('REPLICAS', '0 of 1');
    redis.error(short);
    assert.deepEqual((await Promise.all(answers)).map(shown), ['REPLICAS', 'STALE']);
    assert.equal(consumer.refills, 1);
    assert.deepEqual(seen, [
      { type: 'replicas', ids: ['a', 'b'], error: short },
      { type: 'stale', id: 'b', kind: 'ack' },
    ]);
    assert.deepEqual(broker.calls, ['settle ack a, ack b'], 'nothing was taken along');
  });

  it('keeps a task that Redis refused to settle: it can be settled again', async () => {
    const full = new QueueError('FULL', 'Redis is out of memory');
    const answers = [throwError(() => full), of<Outcome[]>([1])];
    const { clock, ledger, hold } = setUp({ settle: () => answers.shift() ?? of([]) });
    const a = hold('a');
    for (const expected of ['FULL', 'Ok']) {
      const answer = ledger.attempt(a, { kind: 'ack' });
      clock.advance(0);
      assert.equal(shown(await answer), expected);
    }
  });

  it('returns a failed task at once when the backoff throws, and tells of it', () => {
    const boom = new Error('boom');
    const { clock, broker, seen, ledger, hold } = setUp({}, () => {
      throw boom;
    });
    void ledger.attempt(hold('a'), { kind: 'fail' });
    clock.advance(0);
    assert.deepEqual(broker.calls, ['settle fail a']);
    assert.deepEqual(seen, [{ type: 'error', during: 'backoff', error: boom }]);
  });

  it('gives a consumer its credits back, one per settled task, then lets it refill once', () => {
    const { clock, ledger, hold } = setUp();
    const [mine, other] = [new Counting(), new Counting()];
    for (const [id, consumer] of [
      ['a', mine],
      ['b', mine],
      ['c', other],
    ] as const)
      ledger.settle(hold(id, consumer), { kind: 'ack' }, () => {});
    clock.advance(0);
    assert.deepEqual([mine.credits, mine.refills, other.credits, other.refills], [2, 1, 1, 1]);
  });

  it('fetches in the same step when one consumer settles and wants more', () => {
    const { clock, broker, ledger, hold } = setUp({ take: () => of(taken('xy')) });
    const consumer = new Counting(2);
    ledger.settle(hold('a', consumer), { kind: 'ack' }, () => {});
    clock.advance(0);
    assert.deepEqual(broker.calls, ['settle ack a', 'take 2']);
    assert.deepEqual([consumer.credits, consumer.received], [1, ['x', 'y']]);
  });

  it('tells the consumer when that step fails', () => {
    const refused = new QueueError('LAYOUT', 'no', { heals: false });
    const { clock, ledger, hold } = setUp({ settle: () => throwError(() => refused) });
    const [consumer, heard] = [new Counting(2), [] as unknown[]];
    ledger.settle(hold('a', consumer), { kind: 'ack' }, (error) => heard.push(error));
    clock.advance(0);
    assert.deepEqual([consumer.error, heard], [refused, [refused]]);
  });
});

describe('Ledger.extend', (it) => {
  it('moves the end of the lease, exactly', async () => {
    const { broker, ledger, hold } = setUp({ renew: () => of([500]) });
    const a = hold('a');
    assert.equal(shown(await ledger.extend(a, 400)), 'Ok');
    assert.equal(a.leasedUntil, 500);
    assert.deepEqual(broker.calls, ['renew a to 400']);
  });

  it('answers STALE for a delivery that is not ours any more, or settled', async () => {
    const { broker, ledger, hold } = setUp({ renew: () => of([0]) });
    const a = hold('a');
    assert.equal(shown(await ledger.extend(a, 400)), 'STALE');
    void ledger.attempt(a, { kind: 'ack' });
    assert.equal(shown(await ledger.extend(a, 400)), 'STALE');
    assert.deepEqual(broker.calls, ['renew a to 400']);
  });

  it('answers what kept Redis from it', async () => {
    const away = new QueueError('CONNECTION', 'away');
    const { ledger, hold } = setUp({ renew: () => throwError(() => away) });
    assert.equal((await ledger.extend(hold('a'), 400)).val, away);
  });
});

describe('Ledger, handing back', (it) => {
  it('drains when the last task is settled, or when time is up', async () => {
    const { clock, ledger, hold } = setUp();
    await ledger.drain(0);
    const a = hold('a');
    const timeUp = ledger.drain(50);
    clock.advance(50);
    await timeUp;
    const empty = ledger.drain(1e9);
    void ledger.attempt(a, { kind: 'ack' });
    clock.advance(0);
    await empty;
  });

  it('releases what is held when it closes, and answers CLOSED from then on', async () => {
    const { clock, broker, ledger, hold } = setUp();
    const [a] = [hold('a'), hold('b')];
    const left = ledger.close(50);
    clock.advance(0);
    assert.deepEqual(await left, []);
    assert.deepEqual(broker.calls, ['settle release a, release b']);
    assert.equal(shown(await ledger.attempt(a, { kind: 'ack' })), 'CLOSED');
    assert.equal(shown(await ledger.extend(a, 400)), 'CLOSED');
  });

  it('names what it could not hand back in time', async () => {
    const { clock, ledger, hold } = setUp({ settle: () => new Subject() });
    hold('a');
    const left = ledger.close(50);
    clock.advance(50);
    assert.deepEqual(await left, ['a']);
  });
});
