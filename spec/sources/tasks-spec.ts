import assert from 'node:assert/strict';
import fc from 'fast-check';
import { lastValueFrom, map, type Observable, of, take, tap, throwError, toArray } from 'rxjs';
import { MemoryBroker } from '../../src/broker/memory.ts';
import { BROKER } from '../../src/broker/provided.ts';
import { QueueError } from '../../src/errors.ts';
import { ackOnComplete } from '../../src/operators/ackOnComplete.ts';
import { Queue } from '../../src/queue.ts';
import { tasks } from '../../src/sources/tasks.ts';
import type { Task } from '../../src/task.ts';
import { type Answers, Clock, delivery, FakeBroker, intakeOn, taken } from '../support/broker.ts';
import { describe } from '../support/it.ts';
import { marbles } from '../support/marbles.ts';

/** A queue of these ids: a take gets what it asks for, as far as they last. */
const queueOf = (ids: string): NonNullable<Answers['take']> => {
  let rest = ids;
  return (count) => {
    const [now, later] = [rest.slice(0, count), rest.slice(count)];
    rest = later;
    return of(taken(now, later.length));
  };
};

/** A consumer whose tasks are settled as `settled` names them. */
const consume = (broker: FakeBroker, prefetch: number, settled?: Observable<string>) => {
  const { intake, ledger } = intakeOn(broker);
  const open = new Map<string, Task>();
  settled?.subscribe((id) => open.get(id)?.ack());
  const stream = tasks(intake, prefetch).pipe(
    tap((task) => open.set(task.id, task)),
    map(({ id }) => id),
  );
  return { stream, ledger, open };
};

describe('tasks', (it) => {
  it(
    'emits no more than prefetch unsettled tasks, and fetches when half of the credits are back',
    marbles(({ hot, expectObservable }) => {
      const broker = new FakeBroker({ take: queueOf('abcdefg') });
      const settled = hot('----------a--b--c--d---');
      const expected = '   (abcd)-------(ef)--g';

      expectObservable(consume(broker, 4, settled).stream, '30ms !').toBe(expected);
    }),
  );

  it(
    'uses a credit that came back alone after 20 ms, together with those that came back since',
    marbles(({ hot, expectObservable }) => {
      const broker = new FakeBroker({ take: queueOf('abcdefghijkl') });
      const settled = hot('10ms a--b------------------');
      const expected = '(abcdefgh) 20ms (ij)';

      expectObservable(consume(broker, 8, settled).stream, '60ms !').toBe(expected);
    }),
  );

  it(
    'waits in Redis when there is nothing, and looks when it is woken',
    marbles(({ cold, expectObservable, flush }) => {
      const answers = [taken(), taken('a')];
      const wakes = ['---(w|)', '-'];
      const broker = new FakeBroker({
        take: () => of(answers.shift() ?? taken()),
        wait: () => cold<void>(wakes.shift() ?? '-'),
      });
      const expected = '   ---a';
      expectObservable(consume(broker, 1).stream, '9ms !').toBe(expected);
      flush();
      assert.deepEqual(broker.calls.slice(0, 3), ['take 1', 'wait', 'take 1']);
    }),
  );

  it(
    'looks when the next delayed task is due',
    marbles(({ expectObservable }) => {
      const answers = [taken('', 0, 5), taken('a')];
      const broker = new FakeBroker({ take: () => of(answers.shift() ?? taken()) });
      expectObservable(consume(broker, 1).stream, '9ms !').toBe('-----a');
    }),
  );

  it(
    'hands back, in order, what it was not given time to emit',
    marbles(({ expectObservable, flush }) => {
      const broker = new FakeBroker({ take: queueOf('abcd') });
      expectObservable(consume(broker, 4).stream.pipe(take(1))).toBe('(a|)');
      flush();
      const back = broker.calls.filter((call) => call.startsWith('settle')).join(', ');
      assert.deepEqual(new Set(back.match(/unseen \w/g)), new Set(['unseen b', 'unseen c', 'unseen d']));
      assert.ok(!back.includes(' a'));
    }),
  );

  it(
    'hands back what arrives after the consumer has left',
    marbles(({ cold, expectObservable, flush }) => {
      const broker = new FakeBroker({ take: () => cold('---(x|)', { x: taken('a', 5) }) });
      expectObservable(consume(broker, 1).stream, '-!').toBe('-');
      flush();
      assert.deepEqual(broker.calls, ['take 1', 'settle unseen a']);
    }),
  );

  it(
    'errors with what Redis refuses for good, in a take as in a wait',
    marbles(({ cold, expectObservable }) => {
      const refused = new QueueError('LAYOUT', 'no', { heals: false });
      const inTake = new FakeBroker({ take: () => throwError(() => refused) });
      expectObservable(consume(inTake, 1).stream).toBe('#', {}, refused);
      const inWait = new FakeBroker({ wait: () => cold('--#', {}, refused) });
      expectObservable(consume(inWait, 1).stream).toBe('--#', {}, refused);
    }),
  );

  it('goes on past what cannot be decoded, which costs it no credit for long', () => {
    const clock = new Clock();
    const answers = [{ ...taken('', 1), deliveries: [delivery('x', { body: Buffer.from('{') })] }, taken('a')];
    const broker = new FakeBroker({ take: () => of(answers.shift() ?? taken()) }, clock);
    const seen: string[] = [];
    consume(broker, 1).stream.subscribe((id) => seen.push(id));
    clock.advance(10);
    assert.deepEqual(seen, ['a']);
    assert.ok(broker.calls.includes('settle kill x'));
  });

  it('emits every task once, in order, and never holds more than prefetch, however they are settled', () => {
    const ids = Array.from({ length: 40 }, (_, i) => String.fromCodePoint(0x4e00 + i)).join('');
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.array(fc.nat(11), { maxLength: 200 }), (prefetch, picks) => {
        const clock = new Clock();
        const seen: string[] = [];
        const { stream, open } = consume(new FakeBroker({ take: queueOf(ids) }, clock), prefetch);
        const settleOne = (pick: number) => {
          const task = [...open.values()][pick % open.size];
          if (task === undefined) return;
          open.delete(task.id);
          void task.ack();
          clock.advance(1);
        };
        stream.subscribe((id) => {
          seen.push(id);
          assert.ok(open.size <= prefetch);
        });
        clock.advance(1);
        picks.forEach(settleOne);
        while (open.size > 0) settleOne(0);
        assert.equal(seen.join(''), ids);
      }),
    );
  });

  it('asks for one task at least, and never holds more than prefetch, however settlements come', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 700 }),
        fc.integer({ min: 1, max: 700 }),
        async (prefetch, concurrency) => {
          const broker = new MemoryBroker();
          const [counts, n] = [[] as number[], 3_000];
          const [takes, turns] = [broker.take.bind(broker), broker.turn.bind(broker)];
          broker.take = (count, lease) => {
            counts.push(count);
            return takes(count, lease);
          };
          broker.turn = (disposals, rule, count, lease) => {
            counts.push(count);
            return turns(disposals, rule, count, lease);
          };
          const queue = new Queue<number>('bursts', { connection: { [BROKER]: broker } as never, sweepEvery: null });
          await queue.putMulti(Array.from({ length: n }, (_, i) => i));
          let [open, most] = [0, 0];
          const stream = queue.tasks({ prefetch }).pipe(
            tap(() => {
              open++;
              most = Math.max(most, open);
            }),
            ackOnComplete(async (task) => task.payload, { concurrency }),
            queue.settle(),
            tap(() => open--),
            take(n),
            toArray(),
          );
          const done = await lastValueFrom(stream);
          assert.equal(new Set(done.map(({ value }) => value)).size, n);
          assert.ok(
            Math.min(...counts) >= 1 && most <= prefetch,
            `${most} of ${prefetch}, asked for ${Math.min(...counts)}`,
          );
          await queue.close();
        },
      ),
      { numRuns: 30 },
    );
  });
});
