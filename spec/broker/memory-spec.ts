import assert from 'node:assert/strict';
import { asyncScheduler, firstValueFrom, map, mergeMap, switchMap, tap, timer } from 'rxjs';
import { type RunHelpers, TestScheduler } from 'rxjs/testing';
import { MemoryBroker, memoryBroker } from '../../src/broker/memory.ts';
import { MemoryStore } from '../../src/broker/memoryStore.ts';
import { closed } from '../../src/errors.ts';
import { Queue } from '../../src/queue.ts';
import { tasks } from '../../src/sources/tasks.ts';
import { intakeOn } from '../support/broker.ts';
import { describe } from '../support/it.ts';
import { entries, entry, RULE, verdict } from './memoryEntries.ts';

/** A body in the virtual time of a broker of its own. */
const virtual = (body: (broker: MemoryBroker, helpers: RunHelpers, scheduler: TestScheduler) => void) => () => {
  let compared = 0;
  const scheduler = new TestScheduler((actual, expected) => {
    compared++;
    assert.deepStrictEqual(actual, expected);
  });
  scheduler.run((helpers) => body(new MemoryBroker(scheduler), helpers, scheduler));
  assert.ok(compared > 0, 'nothing was compared');
};

const idsIn = ({ deliveries }: { deliveries: readonly { id: string }[] }): string =>
  deliveries.map(({ id }) => id).join('');

describe('MemoryBroker', (it) => {
  it(
    'answers in the same virtual frame, never while it is being asked',
    virtual((broker, { cold, expectObservable }) => {
      let asking = true;
      broker.put(entries('ab')).subscribe(() => assert.equal(asking, false));
      asking = false;
      const asked = cold('--a---b|').pipe(mergeMap(() => broker.take(1, 30).pipe(map(idsIn))));
      expectObservable(asked).toBe('--a---b|');
    }),
  );

  it(
    'wakes one of those who wait, the one who waits longest',
    virtual((broker, { cold, expectObservable }) => {
      const waits = '        ^--------!';
      expectObservable(broker.wait().pipe(map(() => 'w')), waits).toBe('---(w|)');
      expectObservable(broker.wait().pipe(map(() => 'w')), waits).toBe('-----(w|)');
      expectObservable(broker.wait(), waits).toBe('---------');
      cold('                  ---a-b').subscribe((id) => broker.put([entry(id)]).subscribe());
    }),
  );

  it(
    'a wait ends by itself after 10 s',
    virtual((broker, { expectObservable }) => {
      expectObservable(broker.wait().pipe(map(() => 'w'))).toBe('10s (w|)');
    }),
  );

  it(
    'a wake-up that finds nobody any more goes to the next one',
    virtual((broker, { cold, expectObservable }) => {
      // Left in the frame in which it was woken, before it was told.
      const first = broker.wait().subscribe(() => assert.fail('nobody is here'));
      cold('                  --x').subscribe(() => {
        broker.put([entry('a')]).subscribe();
        first.unsubscribe();
      });
      expectObservable(broker.wait().pipe(map(() => 'w')), '^----!').toBe('--(w|)');
    }),
  );

  it(
    'takes delayed tasks when they are due, to the millisecond, and says when that will be',
    virtual((broker, { cold, expectObservable }) => {
      broker.put([entry('a', { delay: 3 })]).subscribe();
      const taken = cold('-xxx|').pipe(
        mergeMap(() => broker.take(1, 30)),
        map((answer) => [idsIn(answer), answer.dueIn]),
      );
      expectObservable(taken).toBe('-pqr|', { p: ['', 2], q: ['', 1], r: ['a', undefined] });
    }),
  );

  it(
    'the feed runs on it in virtual time: what is there, what comes, what is due',
    virtual((broker, { cold, expectObservable }) => {
      const puts = cold('  a-b--(cd)---|');
      const expected = '   a----(cd)-b---';
      const delays: Readonly<Record<string, number>> = { b: 8 };
      puts.subscribe((id) => broker.put([entry(id, { delay: delays[id] ?? 0 })]).subscribe());
      const out = tasks(intakeOn(broker).intake, 2).pipe(
        tap((task) => void task.ack()),
        map(({ id }) => id),
      );
      expectObservable(out, '^-------------!').toBe(expected);
    }),
  );

  it(
    'backpressure is seen as columns: with a prefetch of 1 the next task comes when the one before is settled',
    virtual((broker, { expectObservable }) => {
      broker.put(entries('abc')).subscribe();
      const out = tasks(intakeOn(broker).intake, 1).pipe(
        tap((task) => timer(4, broker.scheduler).subscribe(() => void task.ack())),
        map(({ id }) => id),
      );
      expectObservable(out, '^-----------!').toBe('a---b---c----');
    }),
  );

  it(
    'brokers of one store share its queue; a closed one answers CLOSED, the other goes on',
    virtual((_, { cold, expectObservable }, scheduler) => {
      const store = new MemoryStore(scheduler);
      const [one, other] = [new MemoryBroker(scheduler, store), new MemoryBroker(scheduler, store)];
      one.put(entries('ab')).subscribe();
      expectObservable(one.wait().pipe(switchMap(() => one.wait()))).toBe('--#', {}, closed());
      expectObservable(cold('--x').pipe(mergeMap(() => one.close()))).toBe('--x', { x: undefined });
      expectObservable(cold('---x').pipe(mergeMap(() => one.take(1, 30)))).toBe('---#', {}, closed());
      expectObservable(cold('---x').pipe(mergeMap(() => one.wait()))).toBe('---#', {}, closed());
      expectObservable(
        cold('---x').pipe(
          mergeMap(() => other.take(5, 30)),
          map(idsIn),
        ),
      ).toBe('---t', { t: 'ab' });
    }),
  );

  it('in real time, a consumer that settles at once works through any number of tasks', async () => {
    const queue = new Queue<number>('memory-spec-long', { connection: 'memory:' });
    const numbers = Array.from({ length: 10_000 }, (_, i) => i);
    for (let i = 0; i < 5; i++) (await queue.putMulti(numbers)).unwrap();
    let [turns, seen] = [0, 0];
    const ticking = setInterval(() => turns++, 1);
    await new Promise<void>((resolve, reject) => {
      queue.tasks({ prefetch: 10_000 }).subscribe({
        next: (task) => {
          void task.ack();
          if (++seen === 50_000) resolve();
        },
        error: reject,
      });
    });
    clearInterval(ticking);
    assert.ok(turns > 3, `others had ${turns} turns`);
    (await queue.close()).unwrap();
  });

  it('memoryBroker gives the queue of a name, the same one to all in this process', async () => {
    const [a, b, c] = [memoryBroker('p', 'q'), memoryBroker('p', 'q'), memoryBroker('p', 'other')];
    assert.equal(a.scheduler, asyncScheduler);
    await firstValueFrom(a.put([entry('a')]));
    const { deliveries } = await firstValueFrom(b.take(1, 1_000));
    assert.equal(idsIn({ deliveries }), 'a');
    assert.equal((await firstValueFrom(c.stats())).put, 0);
    await firstValueFrom(b.close());
    assert.deepEqual(
      await firstValueFrom(
        a.settle(
          deliveries.map((each) => verdict(each, 'ack')),
          RULE,
        ),
      ),
      [1],
    );
  });
});
