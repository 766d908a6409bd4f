import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  catchError,
  concat,
  defer,
  EMPTY,
  from,
  ignoreElements,
  lastValueFrom,
  map,
  mergeMap,
  NEVER,
  type Observable,
  of,
  Subject,
  take,
  throwError,
  timer,
} from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import type { WorkContext } from '../../src/crew.ts';
import { ackOnComplete } from '../../src/operators/ackOnComplete.ts';
import type { Flow } from '../../src/stream.ts';
import type { Settlement, Task } from '../../src/task.ts';
import { describe } from '../support/it.ts';
import { marbles } from '../support/marbles.ts';
import { batch, outcome, task, tasks } from '../support/tasks.ts';
import { obeys } from './laws.ts';

const [a, b, c] = tasks('a', 'b', 'c') as [Task<string>, Task<string>, Task<string>];
const by = (work: Record<string, Observable<unknown>>) => (item: Flow) => work[(item as Task).id] ?? EMPTY;
const settle = (work: (task: Task, context: WorkContext) => unknown): Promise<Settlement> =>
  lastValueFrom(of<Task>(a).pipe(ackOnComplete(work as () => Observable<unknown>)));

describe('ackOnComplete', (it) => {
  obeys(it, () => ackOnComplete(() => of(1)));

  it(
    'acknowledges what completes and fails what errors',
    marbles(({ cold, hot, expectObservable }) => {
      const tasks = hot('     -a----b--|', { a, b });
      const work = { a: cold(' --|'), b: cold('-#', {}, new Error('boom')) };
      const expected = '      ---A---B-|';

      const settlements = tasks.pipe(ackOnComplete(by(work)), map(outcome));
      expectObservable(settlements).toBe(expected, { A: 'ack a', B: 'fail b: boom' });
    }),
  );

  it(
    'acknowledges with the last value, and only when there is one',
    marbles(({ cold, hot, expectObservable }) => {
      const tasks = hot('     -a----b---(c|)', { a, b, c });
      const work = { a: cold(' -x-y|'), b: cold('--|'), c: cold('u|', { u: undefined }) };
      const expected = '      -----A--B--(C|)';

      expectObservable(tasks.pipe(ackOnComplete(by(work)))).toBe(expected, {
        A: { task: a, kind: 'ack', value: 'y' },
        B: { task: b, kind: 'ack' },
        C: { task: c, kind: 'ack', value: undefined },
      });
    }),
  );

  it(
    'works on one task after the other, in order of arrival, unless told otherwise',
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const tasks = hot('     -(abc)---|', { a, b, c });
      const work = { a: cold(' ---|'), b: cold('--|'), c: cold('-|') };
      const a1 = '            -^--!';
      const b1 = '            ----^-!';
      const c1 = '            ------^!';
      const expected = '      ----A-BC-|';

      expectObservable(tasks.pipe(ackOnComplete(by(work)), map(outcome))).toBe(expected, {
        A: 'ack a',
        B: 'ack b',
        C: 'ack c',
      });
      expectSubscriptions(work.a.subscriptions).toBe(a1);
      expectSubscriptions(work.b.subscriptions).toBe(b1);
      expectSubscriptions(work.c.subscriptions).toBe(c1);
    }),
  );

  it(
    'works on up to `concurrency` tasks at once, and settles them as they end',
    marbles(({ cold, hot, expectObservable }) => {
      const tasks = hot('     -(abc|)', { a, b, c });
      const work = { a: cold(' -----|'), b: cold('--|'), c: cold('-|') };
      const two = '           ---BC-(A|)';
      const all = '           --CB--(A|)';
      const names = { A: 'ack a', B: 'ack b', C: 'ack c' };

      expectObservable(tasks.pipe(ackOnComplete(by(work), { concurrency: 2 }), map(outcome))).toBe(two, names);
      expectObservable(tasks.pipe(ackOnComplete(by(work), { concurrency: Infinity }), map(outcome))).toBe(all, names);
    }),
  );

  it(
    'completes after the last work, whatever the source did meanwhile',
    marbles(({ cold, hot, expectObservable }) => {
      const tasks = hot('     -a|', { a });
      const work = { a: cold(' ----x|') };
      const expected = '      ------(A|)';

      expectObservable(tasks.pipe(ackOnComplete(by(work)), map(outcome))).toBe(expected, { A: 'ack a = "x"' });
    }),
  );

  it(
    'lets settlements overtake waiting tasks, and gives them no place',
    marbles(({ cold, hot, expectObservable }) => {
      const s: Settlement = { task: task('s'), kind: 'release' };
      const flow = hot<Flow>('-(asb)---s-|', { a, b, s });
      const work = { a: cold('  ---|'), b: cold(' ---|') };
      const expected = '       -s--A--B-s-|';

      expectObservable(flow.pipe(ackOnComplete(by(work)), map(outcome))).toBe(expected, {
        s: 'release s',
        A: 'ack a',
        B: 'ack b',
      });
    }),
  );

  it(
    'settles a batch whole: one settlement per task, in order, with one value or reason',
    marbles(({ cold, hot, expectObservable }) => {
      const flow = hot('     -x-----y-------|', { x: batch('a', 'b'), y: batch('c', 'd') });
      const done = cold('      --v|');
      const boom = cold('      -#', {}, new Error('boom'));
      const acked = '          ----(AB)--(CD)-|';
      const failed = '         --(AB)--(CD)---|';

      expectObservable(
        flow.pipe(
          ackOnComplete(() => done),
          map(outcome),
        ),
      ).toBe(acked, {
        A: 'ack a = "v"',
        B: 'ack b = "v"',
        C: 'ack c = "v"',
        D: 'ack d = "v"',
      });
      expectObservable(
        flow.pipe(
          ackOnComplete(() => boom),
          map(outcome),
        ),
      ).toBe(failed, {
        A: 'fail a: boom',
        B: 'fail b: boom',
        C: 'fail c: boom',
        D: 'fail d: boom',
      });
    }),
  );

  it(
    'passes the error of its source on at once, and cuts short what is under way',
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const error = new Error('from the source');
      const tasks = hot('     -ab--#', { a, b }, error);
      const work = { a: cold(' ------|'), b: cold('-|') };
      const worked = '        -^---!';
      const expected = '      -----#';

      expectObservable(tasks.pipe(ackOnComplete(by(work)))).toBe(expected, {}, error);
      expectSubscriptions(work.a.subscriptions).toBe(worked);
      expectSubscriptions(work.b.subscriptions).toBe([]);
    }),
  );

  it(
    'cuts short what is under way when unsubscribed, and starts nothing more',
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const tasks = hot('     -abc--', { a, b, c });
      const work = { a: cold(' ------|'), b: cold('------|'), c: cold('-|') };
      const unsubscribe = '   -----!';
      const workedA = '       -^---!';
      const workedB = '       --^--!';

      const settlements = tasks.pipe(ackOnComplete(by(work), { concurrency: 2 }));
      expectObservable(settlements, unsubscribe).toBe('-----');
      expectSubscriptions(work.a.subscriptions).toBe(workedA);
      expectSubscriptions(work.b.subscriptions).toBe(workedB);
      expectSubscriptions(work.c.subscriptions).toBe([]);
    }),
  );

  it(
    'fails what is not done within `timeout`, unsubscribes from it and gives its place to the next',
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const tasks = hot('     -(ab)---|', { a, b });
      const work = { a: cold(' x-------'), b: cold(' -|') };
      const workedA = '       -^---!';
      const expected = '      -----AB-|';

      const settlements = tasks.pipe(ackOnComplete(by(work), { timeout: 4 }), map(outcome));
      expectObservable(settlements).toBe(expected, {
        A: 'fail a: ackOnComplete: the work was not done within 4 ms',
        B: 'ack b',
      });
      expectSubscriptions(work.a.subscriptions).toBe(workedA);
    }),
  );

  it(
    'takes what is done in the very last moment',
    marbles(({ cold, hot, expectObservable }) => {
      const tasks = hot('     -a----|', { a });
      const work = { a: cold(' ---|') };
      const expected = '      ----A-|';

      expectObservable(tasks.pipe(ackOnComplete(by(work), { timeout: 3 }), map(outcome))).toBe(expected, {
        A: 'ack a',
      });
    }),
  );

  // The runner fails when a timer is still running at the end.
  it('leaves no timer behind', async () => {
    const timeout = 60_000;
    for (const work of [() => of(1), () => Promise.resolve(1), () => timer(1), () => throwError(() => 'boom')])
      await lastValueFrom(of(a).pipe(ackOnComplete<Task, Observable<unknown> | Promise<unknown>>(work, { timeout })));
    of(a)
      .pipe(ackOnComplete(() => NEVER, { timeout }))
      .subscribe()
      .unsubscribe();
  });

  it('tells work by its signal that its time is up, even when it asks later', async () => {
    const signals: AbortSignal[] = [];
    let asked: WorkContext | undefined;
    const { reason } = await lastValueFrom(
      from([a, b]).pipe(
        ackOnComplete(
          (task, context) => {
            if (task === a) signals.push(context.signal);
            asked = context;
            return new Promise(() => {});
          },
          { concurrency: 2, timeout: 5 },
        ),
      ),
    );
    signals.push((asked as WorkContext).signal);

    assert.equal((reason as Error).name, 'TimeoutError');
    assert.deepEqual(
      signals.map(({ aborted }) => aborted),
      [true, true],
    );
    assert.equal(signals[1]?.reason, reason);
    assert.equal((asked as WorkContext).signal, signals[1]);
  });

  it('tells work by its signal that nobody waits for it any more, but only while it is under way', () => {
    const signals = new Map<string, AbortSignal>();
    const work = (task: Task, { signal }: WorkContext) => {
      signals.set(task.id, signal);
      return task === a ? of(1) : NEVER;
    };
    const aborted = () => [...signals].map(([id, signal]) => [id, signal.aborted, signal.reason?.name]);

    const subscription = from([a, b, c]).pipe(ackOnComplete(work)).subscribe();
    assert.deepEqual(aborted(), [
      ['a', false, undefined],
      ['b', false, undefined],
    ]);
    subscription.unsubscribe();
    assert.deepEqual(aborted(), [
      ['a', false, undefined],
      ['b', true, 'AbortError'],
    ]);
  });

  it('aborts no signal of a work that is done, not even while its settlement is being taken', () => {
    let told: AbortSignal | undefined;
    const work = (_: Task, { signal }: WorkContext) => {
      told = signal;
      return of(1);
    };
    concat(of(a), NEVER).pipe(ackOnComplete(work), take(1)).subscribe();
    assert.equal(told?.aborted, false);
  });

  it('starts nothing more, once its taker has enough, of what waits and would end as it starts', () => {
    const gate = new Subject<never>();
    const started: string[] = [];
    const work = ({ id }: Task) => {
      started.push(id);
      return id === 'a' ? gate : of(id);
    };
    from([a, b, c]).pipe(ackOnComplete(work), take(2)).subscribe();
    gate.complete();
    assert.deepEqual(started, ['a', 'b']);
  });

  it('does not subscribe to what work returns once work itself has ended the stream', () => {
    const subscription = new Subject<Task>();
    let subscribed = false;
    const settling = subscription.pipe(
      ackOnComplete(() => {
        running.unsubscribe();
        return defer(() => {
          subscribed = true;
          return NEVER;
        });
      }),
    );
    const running = settling.subscribe();
    subscription.next(a);
    assert.equal(subscribed, false);
  });

  it('fails what throws, and what is not an ObservableInput', async () => {
    const boom = new Error('boom');

    assert.deepEqual(
      await settle(() => {
        throw boom;
      }),
      { task: a, kind: 'fail', reason: boom },
    );
    const { kind, reason } = await settle(() => 7);
    assert.equal(kind, 'fail');
    assert.ok(reason instanceof TypeError);
    assert.match(reason.message, /You provided '7' where a stream was expected/);
  });

  it('settles by promises and iterables as by Observables', async () => {
    const boom = new Error('boom');

    assert.deepEqual(await settle(async () => 'x'), { task: a, kind: 'ack', value: 'x' });
    assert.deepEqual(await settle(async () => undefined), { task: a, kind: 'ack', value: undefined });
    assert.deepEqual(await settle(() => Promise.reject(boom)), { task: a, kind: 'fail', reason: boom });
    assert.deepEqual(await settle(() => [1, 2]), { task: a, kind: 'ack', value: 2 });
    assert.deepEqual(await settle(() => throwError(() => undefined)), { task: a, kind: 'fail', reason: undefined });
    // biome-ignore lint/suspicious/noThenProperty: what a promise is to RxJS
    const thenable = { then: (resolve: (value: number) => void) => resolve(5) };
    assert.deepEqual(await settle(() => thenable), { task: a, kind: 'ack', value: 5 });
  });

  it('neither recurses nor slows down over a hundred thousand waiting works that end as they start', () => {
    const gate = new Subject<never>();
    const many = Array.from({ length: 100_000 }, (_, i) => task(`${i}`));
    let settled = 0;
    let last: Settlement | undefined;
    from(many)
      .pipe(ackOnComplete(({ id }) => (id === '0' ? gate : of(id))))
      .subscribe((each) => {
        settled++;
        last = each;
      });
    assert.equal(settled, 0);
    gate.complete();
    assert.equal(settled, many.length);
    assert.equal(last?.task.id, '99999');
  });

  it('does not hand a reentrant task the place of one that waits', () => {
    const source = new Subject<Task>();
    const gates: Record<string, Subject<void>> = { a: new Subject(), b: new Subject(), c: new Subject() };
    const started: string[] = [];
    const work = ({ id }: Task) => {
      started.push(id);
      return gates[id] as Subject<void>;
    };
    source.pipe(ackOnComplete(work)).subscribe(({ task }) => task === a && source.next(c));
    source.next(a);
    source.next(b);
    gates.a?.complete();
    gates.b?.complete();
    assert.deepEqual(started, ['a', 'b', 'c']);
  });

  it('settles each task exactly once, works on `concurrency` at most, and keeps the time of mergeMap', () => {
    const works = fc.array(fc.record({ gap: fc.nat(3), lasts: fc.nat(6), fails: fc.boolean() }), { maxLength: 30 });
    fc.assert(
      fc.property(works, fc.integer({ min: 1, max: 5 }), (plan, concurrency) => {
        const arrivals = concat(...plan.map(({ gap }, i) => timer(gap).pipe(map(() => task(`${i}`)))));

        const logged = (settle: (work: (task: Task) => Observable<never>) => Observable<string>): string[] => {
          const scheduler = new TestScheduler(() => {});
          const log: string[] = [];
          let running = 0;
          const work = ({ id }: Task) => {
            const { lasts, fails } = plan[Number(id)] as (typeof plan)[number];
            log.push(`${scheduler.now()} start ${id}`);
            assert.ok(++running <= concurrency);
            return timer(lasts).pipe(
              map(() => {
                running--;
                if (fails) throw new Error('boom');
              }),
              ignoreElements(),
            );
          };
          scheduler.run(() => settle(work).subscribe((each) => log.push(`${scheduler.now()} ${each}`)));
          return log;
        };
        const ours = logged((work) => arrivals.pipe(ackOnComplete(work, { concurrency }), map(outcome)));
        const theirs = logged((work) => {
          const settled = (task: Task) => concat(work(task), of(`ack ${task.id}`));
          return arrivals.pipe(
            mergeMap((task) => settled(task).pipe(catchError(() => of(`fail ${task.id}: boom`))), concurrency),
          );
        });

        assert.deepEqual(ours, theirs);
        assert.equal(ours.length, 2 * plan.length);
      }),
    );
  });

  it('refuses what is no work, no concurrency and no timeout, at call time', () => {
    const call =
      (...args: unknown[]) =>
      () =>
        (ackOnComplete as (...args: unknown[]) => unknown)(...args);
    const work = () => EMPTY;

    assert.throws(call(), new TypeError('ackOnComplete: work is undefined, expected a function'));
    assert.throws(call(work, 3), new TypeError('ackOnComplete: config is 3, expected an object of options'));
    assert.throws(
      call(work, { concurrency: 0 }),
      /^RangeError: ackOnComplete: concurrency is 0, expected a whole number/,
    );
    assert.throws(call(work, { concurrency: '2' }), /^TypeError: ackOnComplete: concurrency is "2"/);
    assert.throws(call(work, { timeout: 0 }), /^RangeError: ackOnComplete: timeout is 0, expected milliseconds, 1 to/);
    assert.throws(call(work, { timeout: 2 ** 31 }), /^RangeError: ackOnComplete: timeout is 2147483648/);
    assert.doesNotThrow(call(work, { concurrency: Infinity, timeout: Infinity }));
  });
});
