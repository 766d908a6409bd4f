import assert from 'node:assert/strict';
import { catchError, map, mergeMap, share, throwError, timer } from 'rxjs';
import { putTo } from '../../src/operators/putTo.ts';
import { Queue } from '../../src/queue.ts';
import { ack, fail, kill, marbles } from '../../src/testing/index.ts';
import { describe } from '../support/it.ts';

describe('queue in a diagram', (it) => {
  it(
    'is a real queue, in which tasks arrive at their frames under their letters',
    marbles(({ queue, expectObservable, expectQueue }) => {
      const orders = queue('-a--(bc)--', { a: { n: 1 }, b: { n: 2 }, c: { n: 3 } });
      assert.ok(orders instanceof Queue);
      const seen = orders.tasks().pipe(map(({ id, payload, queue }) => `${queue} ${id} ${payload.n}`));
      expectObservable(seen).toBe('-a--(bc)--', { a: 'queue a 1', b: 'queue b 2', c: 'queue c 3' });
      expectQueue(orders).toHold({ leased: ['c', 'b', 'a'] });
    }),
  );

  it(
    'takes all options of a queue but its connection to Redis',
    marbles(({ queue, cold, expectSettlements, expectObservable, expectQueue }) => {
      const orders = queue('a------------', {}, { name: 'orders', retry: { limit: 1, backoff: () => 3 } });
      const settled = '     -F---F-------';
      const told = '        -----d-------';

      const died = orders.events.pipe(map((event) => (event.type === 'dead' ? `${event.id} ${event.reason}` : '')));
      expectSettlements(orders.process(() => cold('-#', {}, 'no'))).toBe(settled, { F: fail('a', 'no') });
      expectObservable(died).toBe(told, { d: 'a retry-limit' });
      expectQueue(orders, ' --!').toHold({ delayed: ['a'] });
      expectQueue(orders).toHold({ dead: ['a'] });
    }),
  );

  it(
    'leaves nothing to chance: the backoff doubles, without jitter',
    marbles(({ queue, expectSettlements, cold }) => {
      const orders = queue('a 999ms ------ 1999ms ---');
      const settled = '     F 999ms F----- 1994ms A--';

      const works = [cold('#', {}, 'no'), cold('#', {}, 'no'), cold('|')];
      const out = orders.process(({ deliveries }) => works[deliveries - 1] ?? []);
      expectSettlements(out).toBe(settled, { F: fail('a', 'no'), A: ack('a') });
    }),
  );

  it(
    'is one queue in two processes when two have its name',
    marbles(({ queue, expectQueue, expectTasks }) => {
      const [one, two, other] = [queue('ab-', {}, { name: 'q' }), queue('--', {}, { name: 'q' }), queue('c--')];
      expectTasks(two.tasks()).toBe('ab-');
      expectQueue(one).toHold({ leased: ['a', 'b'] });
      expectQueue(other).toHold({ ready: ['c'] });
      assert.throws(() => expectQueue(new Queue('q', { connection: 'memory:' })).toHold({}));
    }),
  );

  it(
    'is put into by itself as well, with options',
    marbles(({ queue, put, expectTasks, expectQueue }) => {
      const orders = queue('   a-------', {}, { connection: '-x--o' });
      put(orders, '            -b-c---', {}, { delay: 3 });
      put(orders, '            -----d-', {}, { front: true });
      const expected = '       a----d-(bc)'; // The connection was away: their delay begins when it is back.

      expectTasks(orders.tasks({ prefetch: 9 })).toBe(expected);
      expectQueue(orders, '    ----!').toHold({ leased: ['a'], delayed: ['b', 'c'] });
      expectQueue(orders).toHold({ leased: ['a', 'b', 'c', 'd'] });
    }),
  );

  it(
    'is closed by | after all else in that frame',
    marbles(({ queue, expectTasks, expectSettlements }) => {
      const orders = queue('-a-(b|)');
      const given = orders.tasks().pipe(share());
      expectTasks(given).toBe('-a-(b|)');
      const kills = given.pipe(map((task) => ({ task, kind: 'kill' as const })));
      expectSettlements(kills.pipe(orders.settle())).toBe('-A-(B|)', { A: kill('a'), B: kill('b') });
    }),
  );

  it(
    'answers every promise too late, and does what it was asked in time',
    marbles(({ queue, expectQueue }) => {
      const orders = queue('(abc)--');
      timer(2).subscribe(() => {
        void orders.remove('a');
        void orders.put('x', { id: 'x' });
      });
      expectQueue(orders, '-!').toHold({ ready: ['a', 'b', 'c'] });
      expectQueue(orders).toHold({ ready: ['b', 'c', 'x'] });
    }),
  );

  for (const [what, body, error] of [
    ['puts that err', ({ queue }) => queue('a#'), /'a#' errs, and putting cannot/],
    [
      'a connection that does what none can',
      ({ queue }) => queue('', {}, { connection: 'z' }),
      /says z, expected x \(cut\)/,
    ],
    ['a death that ends', ({ queue }) => queue('', {}, { dies: 'x-o' }), /says o, expected x/],
    ['an option a queue would not take', ({ queue }) => queue('', {}, { lease: 0 }), /lease is 0/],
  ] as const satisfies [string, Parameters<typeof marbles>[0], RegExp][])
    it(`complains of ${what}`, () => assert.throws(marbles(body), error));

  it(
    'is put to in virtual time: putTo goes on from put to put',
    marbles(({ cold, queue, expectObservable, expectQueue }) => {
      const values = cold('  -a-(bc)-|');
      const expected = '     -A-(BC)-|';
      const orders = queue();
      const puts = values.pipe(
        putTo(orders, { id: (value) => value }),
        map(({ id }) => id.toUpperCase()),
      );
      expectObservable(puts).toBe(expected);
      expectQueue(orders).toHold({ ready: ['a', 'b', 'c'] });
    }),
  );

  it(
    'is bounded by maxItems: who puts waits until room is made, and is told when Redis is away for too long',
    marbles(({ queue, cold, expectObservable, expectQueue, expectSettlements }) => {
      const orders = queue('         -------------', {}, { maxItems: 2 });
      const cut = queue('            a------------', {}, { maxItems: 1, patience: 3, connection: '--x' });
      const values = cold('          (bcde|)      ');
      const put = '                  ------(BCDE|)';
      const settled = '              ------B-C-D-E';
      const refused = '              -----#       ';

      const puts = (to: typeof orders) => values.pipe(putTo(to, { id: (letter) => letter }));
      expectObservable(puts(orders).pipe(map(({ id }) => id.toUpperCase()))).toBe(put);
      const work = timer(4).pipe(mergeMap(() => orders.process(() => cold('--|'))));
      expectSettlements(work).toBe(settled, { B: ack('b'), C: ack('c'), D: ack('d'), E: ack('e') });
      expectQueue(orders, '          ---!').toHold({ ready: ['b', 'c'] });
      expectQueue(orders, '          -----!').toHold({ ready: ['c', 'd'], leased: ['b'] });
      const codes = puts(cut).pipe(catchError(({ code }) => throwError(() => code)));
      expectObservable(codes).toBe(refused, {}, 'CONNECTION');
      expectQueue(cut).toHold({ ready: ['a'] });
    }),
  );

  it(
    'knows priorities, ages and twins',
    marbles(({ queue, put, expectTasks, expectQueue }) => {
      const ranked = queue('  (ab)--', {});
      put(ranked, '           -c----', {}, { priority: 5 });
      const ageing = queue('  de----f-', {}, { maxAge: 3 });
      const unique = queue('  g-h---i-', { g: 'twin', h: 'twin', i: 'other' }, { unique: { until: 'settled' } });
      const [inOrder, young, single] = ['--(cab)-', '------f-', 'g-----i-'];

      expectTasks(timer(2).pipe(mergeMap(() => ranked.tasks()))).toBe(inOrder);
      expectTasks(timer(5).pipe(mergeMap(() => ageing.tasks()))).toBe(young);
      expectTasks(unique.tasks()).toBe(single);
      expectQueue(ranked).toHold({ leased: ['a', 'b', 'c'] });
      expectQueue(ageing).toHold({ dead: ['d', 'e'], leased: ['f'] });
      expectQueue(unique).toHold({ leased: ['g', 'i'] });
    }),
  );
});
