import { map, merge, type Observable, share, take } from 'rxjs';
import { ackOnComplete } from '../../src/operators/ackOnComplete.ts';
import { getMulti } from '../../src/operators/getMulti.ts';
import type { Task } from '../../src/task.ts';
import { ack, fail, late, marbles } from '../../src/testing/index.ts';
import { describe } from '../support/it.ts';

// The feed as a reader sees it: a column is a moment, and what stands under each other happens in it.

/** Acks the tasks of a stream as `acks` names them. */
const settleBy = (given: Observable<Task>, acks: Observable<string>): void => {
  const held = new Map<string, Task>();
  given.subscribe((task) => held.set(task.id, task));
  acks.subscribe((id) => void held.get(id)?.ack());
};

/** `{ A: ack a, B: ack b }` */
const acked = (ids: string): Record<string, string> =>
  Object.fromEntries([...ids].map((id) => [id.toUpperCase(), ack(id)]));

describe('the feed in columns: credits', (it) => {
  it(
    'delivers what arrives in the frame it arrives in, and completes when the queue is closed',
    marbles(({ queue, expectTasks, expectQueue }) => {
      const orders = queue('-a-(bc)---|');
      const expected = '    -a-(bc)---|';

      expectTasks(orders.tasks()).toBe(expected);
      expectQueue(orders).toHold({ leased: ['a', 'b', 'c'] });
    }),
  );

  it(
    'with one credit, fetches the next task in the frame in which the one before is settled',
    marbles(({ queue, cold, expectTasks, expectSettlements }) => {
      const orders = queue('(abc)---------|');
      const started = '     a---b---c-----|';
      const settled = '     ----A---B---C-|';
      const work = () => cold('----|');

      const given = orders.tasks({ prefetch: 1 }).pipe(share());
      expectTasks(given).toBe(started);
      expectSettlements(given.pipe(ackOnComplete(work), orders.settle())).toBe(settled, acked('abc'));
    }),
  );

  it(
    'with four credits, fetches two as soon as two are free, and never holds more than four',
    marbles(({ queue, hot, expectTasks, expectQueue }) => {
      const orders = queue('(abcdefgh)----------');
      const acks = hot('    -------a--b---c--d--');
      const expected = '    (abcd)----(ef)---(gh)';

      const given = orders.tasks({ prefetch: 4 }).pipe(share());
      settleBy(given, acks);
      expectTasks(given).toBe(expected);
      expectQueue(orders, ' --------!').toHold({ leased: ['b', 'c', 'd'], ready: ['e', 'f', 'g', 'h'] });
      expectQueue(orders, ' ----------!').toHold({ leased: ['c', 'd', 'e', 'f'], ready: ['g', 'h'] });
      expectQueue(orders).toHold({ leased: ['e', 'f', 'g', 'h'] });
    }),
  );

  it(
    'leaves in storage what a slow consumer has no credits for',
    marbles(({ queue, cold, expectSettlements, expectQueue }) => {
      const orders = queue('a-b-c-d-e-f-------------');
      const settled = '     ------A-----B-----C-----';

      expectSettlements(orders.process(() => cold('------|'), { prefetch: 2 })).toBe(settled, acked('abc'));
      expectQueue(orders, ' -----------!').toHold({ leased: ['b', 'c'], ready: ['d', 'e', 'f'] });
      expectQueue(orders, ' ------------!').toHold({ leased: ['c', 'd'], ready: ['e', 'f'] });
      expectQueue(orders).toHold({ leased: ['d', 'e'], ready: ['f'] });
    }),
  );

  it(
    'shares what arrives among consumers, one task each',
    marbles(({ queue, hot, expectTasks, expectQueue }) => {
      const [one, two] = [queue('a--b--c--d--', {}, { name: 'q' }), queue('', undefined, { name: 'q' })];
      const [tasksOfOne, tasksOfTwo] = [
        one.tasks({ prefetch: 1 }).pipe(share()),
        two.tasks({ prefetch: 2 }).pipe(share()),
      ];
      const acks = hot('-------a----');

      settleBy(tasksOfOne, acks);
      expectTasks(tasksOfOne).toBe('a--------d--');
      expectTasks(tasksOfTwo).toBe('---b--c-----');
      expectQueue(one).toHold({ leased: ['b', 'c', 'd'] });
    }),
  );

  it(
    'a failure gives its credit back at once, and the task comes again after its backoff',
    marbles(({ queue, cold, expectSettlements, expectQueue }) => {
      const orders = queue('(ab)---------', {}, { retry: { backoff: 4 } });
      const settled = '     --F-B---A----';
      const works = [cold('--#', {}, 'no'), cold('--|')];

      const out = orders.process(({ id, deliveries }) => works[id === 'a' ? deliveries - 1 : 1] ?? []);
      expectSettlements(out).toBe(settled, { F: fail('a', 'no'), B: ack('b'), A: ack('a') });
      expectQueue(orders, ' ---!').toHold({ delayed: ['a'], leased: ['b'] });
      expectQueue(orders).toHold({});
    }),
  );

  it(
    'a batch that is never full holds its credits only until its window ends',
    marbles(({ queue, expectTasks, expectSettlements }) => {
      const orders = queue('a--b----c-------');
      const batches = '     -----x-------y--';
      const settled = '     -----(AB)----C--';

      const given = orders.tasks({ prefetch: 4 }).pipe(getMulti({ max: 3, within: 5 }), share());
      expectTasks(given).toBe(batches, { x: 'a b', y: 'c' });
      expectSettlements(
        given.pipe(
          ackOnComplete(() => []),
          orders.settle(),
        ),
      ).toBe(settled, acked('abc'));
    }),
  );
});

describe('the feed in columns: leases', (it) => {
  it(
    'renews the lease of a task that is worked on for longer',
    marbles(({ queue, cold, expectSettlements, expectQueue }) => {
      const orders = queue('a-----------------------', {}, { lease: 6 });
      const settled = '     -------------------A----';

      expectSettlements(orders.process(() => cold('-------------------|'))).toBe(settled, acked('a'));
      expectQueue(orders, ' ----------------!').toHold({ leased: ['a'] });
    }),
  );

  it(
    'gives a task to somebody else once its lease has run out; its first holder comes too late',
    marbles(({ queue, cold, expectTasks, expectSettlements }) => {
      const stuck = queue('a---------------', {}, { name: 'q', lease: 6, renewal: 'x' });
      const other = queue('', {}, { name: 'q', lease: 6 });
      const subscribed = '  -^--------------';
      const expected = '    ------a---------';
      const tooLate = '     ------------X---';
      const settled = '     -------------A--';

      const given = other.tasks().pipe(share());
      expectSettlements(stuck.process(() => cold('------------|'))).toBe(tooLate, { X: late(ack('a')) });
      expectTasks(given, subscribed).toBe(expected);
      const work = () => cold('-------|');
      expectSettlements(given.pipe(ackOnComplete(work), other.settle()), subscribed).toBe(settled, acked('a'));
    }),
  );

  it(
    'counts an ack that comes late, but before the next delivery',
    marbles(({ queue, cold, expectSettlements, expectQueue }) => {
      const stuck = queue('a---------------', {}, { lease: 6, renewal: 'x' });
      const settled = '     ---------A------';

      expectSettlements(stuck.process(() => cold('---------|'))).toBe(settled, acked('a'));
      expectQueue(stuck, ' --------!').toHold({ ready: ['a'] });
      expectQueue(stuck).toHold({});
    }),
  );

  it(
    'gives the tasks of a process that died to the others, when its leases have run out',
    marbles(({ queue, cold, expectSettlements }) => {
      const options = { name: 'q', lease: 8, sweepEvery: 2 };
      const dying = queue('ab-------------', {}, { ...options, dies: '--x' });
      const other = queue('', {}, options);
      const subscribed = ' --^------------';
      const nothing = '    ---------------';
      const settled = '    -----------A--B';

      expectSettlements(dying.process(() => cold('---|'), { concurrency: 2 })).toBe(nothing);
      expectSettlements(
        other.process(() => cold('---|')),
        subscribed,
      ).toBe(settled, acked('ab'));
    }),
  );
});

describe('the feed in columns: a connection that is lost', (it) => {
  it(
    'goes on by itself once it is back, with what arrived meanwhile',
    marbles(({ queue, expectTasks, expectQueue, expectObservable }) => {
      const cut = '           ---x-----o-------';
      const orders = queue(' -a--b-c------d--', {}, { connection: cut });
      const expected = '     -a-------(bc)d--';
      const told = '         ---x-----o------';

      expectTasks(orders.tasks()).toBe(expected);
      expectObservable(orders.events.pipe(map(({ type }) => type))).toBe(told, { x: 'reconnecting', o: 'reconnected' });
      expectQueue(orders, '  --------!').toHold({ leased: ['a'], ready: ['b', 'c'] });
      expectQueue(orders).toHold({ leased: ['a', 'b', 'c', 'd'] });
    }),
  );

  it(
    'a settlement waits for it, and loses nothing',
    marbles(({ queue, cold, expectSettlements, expectQueue }) => {
      const orders = queue('a------------', {}, { connection: '--x----o-----' });
      const settled = '     -------A-----';

      expectSettlements(orders.process(() => cold('----|'))).toBe(settled, acked('a'));
      expectQueue(orders, ' ------!').toHold({ leased: ['a'] });
      expectQueue(orders).toHold({});
    }),
  );

  it(
    'a settlement whose reply was lost has taken effect, and says so later',
    marbles(({ queue, cold, expectSettlements, expectQueue }) => {
      const orders = queue('a------------', {}, { connection: '--r----o-----' });
      const settled = '     -------A-----';

      expectSettlements(orders.process(() => cold('----|'))).toBe(settled, acked('a'));
      expectQueue(orders, ' ----!').toHold({});
    }),
  );

  it(
    'what was taken by a take whose reply was lost comes again when its lease has run out',
    marbles(({ queue, expectTasks, expectQueue }) => {
      const cut = '          --r--o---------';
      const orders = queue('a--b------------', {}, { connection: cut, lease: 8, sweepEvery: 1 });
      const expected = '    a----b----------';

      expectTasks(orders.tasks()).toBe(expected);
      expectQueue(orders).toHold({ leased: ['a', 'b'] });
    }),
  );

  it(
    'leases that run out meanwhile are delivered to others; who held them hears that they are lost',
    marbles(({ queue, cold, expectSettlements }) => {
      const options = { name: 'q', lease: 6, sweepEvery: 3 };
      const away = queue('a-----------------', {}, { ...options, connection: '--x---------o' });
      const other = queue('', {}, options);
      const subscribed = '  --^---------------';
      const settled = '     -----------A------';
      const tooLate = '     ------------X-----';

      expectSettlements(away.process(() => cold('----|'))).toBe(tooLate, { X: late(ack('a')) });
      expectSettlements(
        other.process(() => cold('---|')),
        subscribed,
      ).toBe(settled, acked('a'));
    }),
  );
});

describe('the feed in columns: leaving', (it) => {
  it(
    'unsubscribing hands back, in order, what was fetched and not yet emitted',
    marbles(({ queue, expectTasks, expectQueue }) => {
      const orders = queue('(abcd)--');
      const expected = '    (ab|)---';

      expectTasks(orders.tasks({ prefetch: 4 }).pipe(take(2))).toBe(expected);
      expectQueue(orders).toHold({ leased: ['a', 'b'], ready: ['c', 'd'] });
    }),
  );

  it(
    'unsubscribing keeps the leases of what was emitted until it settles',
    marbles(({ queue, hot, expectTasks, expectQueue }) => {
      const orders = queue('a-b-------------------', {}, { lease: 6 });
      const acks = hot('    -----------a-----b----');
      const leave = '       ---!                  ';
      const expected = '    a-b-                  ';

      const given = orders.tasks().pipe(share());
      settleBy(given.pipe(take(2)), acks);
      expectTasks(given, leave).toBe(expected);
      expectQueue(orders, ' ----------!').toHold({ leased: ['a', 'b'] });
      expectQueue(orders, ' ---------------!').toHold({ leased: ['b'] });
      expectQueue(orders).toHold({});
    }),
  );

  it(
    'closing completes the stream, takes no more, and lets running work settle',
    marbles(({ queue, cold, expectSettlements, expectQueue }) => {
      const orders = queue('(abc)--|-----');
      const settled = '     ----A---(B|)-';

      expectSettlements(orders.process(() => cold('----|'))).toBe(settled, acked('ab'));
      expectQueue(orders).toHold({ ready: ['c'] });
    }),
  );

  it(
    'two queues share one worker by their prefetch',
    marbles(({ queue, cold, expectSettlements }) => {
      const urgent = queue(' (abc)------------', {}, { name: 'urgent' });
      const bulk = queue('   (xyz)------------', {}, { name: 'bulk' });
      const settled = '      --A-X-B-C-Y-Z---';

      const given = merge(urgent.tasks({ prefetch: 2 }), bulk.tasks({ prefetch: 1 }));
      expectSettlements(
        given.pipe(
          ackOnComplete(() => cold('--|')),
          urgent.settle(),
        ),
      ).toBe(settled, acked('abcxyz'));
    }),
  );
});
