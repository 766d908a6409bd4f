import assert from 'node:assert/strict';
import { mergeMap, NEVER, of, tap } from 'rxjs';
import { ackOnComplete } from '../../src/operators/ackOnComplete.ts';
import { ack, fail, marbles } from '../../src/testing/index.ts';
import { describe } from '../support/it.ts';

type Body = Parameters<typeof marbles>[0];

const complains = (of: RegExp, body: Body) => () =>
  assert.throws(marbles(body), { name: 'AssertionError', message: of });

describe('loose ends: tasks there are none of', (it) => {
  it(
    'a letter of a diagram',
    complains(/there is no task c \(expectTasks: '-a-c-', where c has no value\): this spec has a and b/, (m) => {
      m.expectTasks(m.tasks('-a-b|')).toBe('-a-c-');
    }),
  );

  it(
    'an outcome, also of a spec that differs in other ways',
    complains(/there is no task z \(expectSettlements: fail z: no\)/, (m) => {
      const settled = m.tasks('-a-|').pipe(ackOnComplete(() => of(1)));
      m.expectSettlements(settled).toBe('-A-|', { A: fail('z', 'no') });
    }),
  );

  it(
    'what a queue is to hold',
    complains(/there is no task z \(expectQueue\): this spec has a;/, (m) => {
      m.expectQueue(m.queue('a')).toHold({ ready: ['a'], leased: ['z'] });
    }),
  );

  it(
    'a payload or a field',
    complains(/tasks: no task b in '-a-', which has a/, (m) => m.tasks('-a-', { a: 1, b: 2 })),
  );
  it(
    'a field',
    complains(/tasks: no task b in '-a-', which has a/, (m) => m.tasks('-a-', {}, { b: {} })),
  );
  it(
    'a letter without a payload',
    complains(/'ab' names b, which the payloads do not/, (m) => m.queue('ab', { a: 1 })),
  );

  it(
    'but ids that the spec puts itself are known',
    marbles(({ queue, expectQueue }) => {
      const orders = queue('a-');
      void orders.put('x', { id: 'order-7' });
      expectQueue(orders).toHold({ ready: ['order-7', 'a'] });
    }),
  );
});

describe('loose ends: tasks nobody settled', (it) => {
  it(
    'a queue whose tasks are still leased in the end',
    complains(/unfinished: not settled when virtual time ends, in frame 4: a of 'orders'\. Draw longer/, (m) => {
      const orders = m.queue('-a---', {}, { name: 'orders' });
      m.expectSettlements(orders.process(() => m.cold('----|'))).toBe('-----');
    }),
  );

  it(
    'a pipeline that nothing settles',
    complains(/end the pipeline in queue\.settle\(\)/, (m) => {
      const settlements = m
        .queue('-a---')
        .tasks()
        .pipe(ackOnComplete(() => of(1)));
      m.expectSettlements(settlements).toBe('-A---', { A: ack('a', 1) });
    }),
  );

  it(
    'unless it is expected of the queue, by whatever handle on it',
    marbles(({ queue, cold, expectSettlements, expectQueue }) => {
      const [orders, same] = [queue('-a---', {}, { name: 'q' }), queue('', {}, { name: 'q' })];
      expectSettlements(orders.process(() => cold('----|'))).toBe('-----');
      expectQueue(same).toHold({ leased: ['a'] });
    }),
  );

  it(
    'a task of a diagram whose work does not end',
    complains(/unfinished: .*in frame 3: b, and the stream goes on/, (m) => {
      const work = ({ id }: { id: string }) => (id === 'b' ? NEVER : of(1));
      m.expectSettlements(m.tasks('-a-b').pipe(ackOnComplete(work))).toBe('-A', { A: ack('a', 1) });
    }),
  );

  it(
    'unless the spec says when it stops listening, the stream ends, or the task was settled by itself',
    marbles(({ tasks, cold, expectSettlements, expectTasks }) => {
      expectSettlements(tasks('-a').pipe(ackOnComplete(() => NEVER)), '---!').toBe('--');
      expectSettlements(tasks('-b#').pipe(ackOnComplete(() => NEVER))).toBe('--#');
      expectSettlements(
        tasks('-c').pipe(
          tap((task) => void task.ack()),
          mergeMap(() => cold('-')),
        ),
      ).toBe('--');
      expectTasks(tasks('-d')).toBe('-d');
    }),
  );
});

describe('loose ends: promises', (it) => {
  it(
    'a work that returns one, of a queue',
    complains(/unfinished[\s\S]*A promise was waited for in virtual time[\s\S]*looseEnds-spec/, (m) => {
      m.expectSettlements(m.queue('-a---').process(async () => 1)).toBe('-----');
    }),
  );

  it(
    'of a diagram',
    complains(/unfinished[\s\S]*A promise was waited for/, (m) => {
      m.expectSettlements(m.tasks('-a').pipe(ackOnComplete(async () => 1))).toBe('-');
    }),
  );

  it(
    'and where something differs for want of it',
    complains(/strictly deep-equal[\s\S]*A promise was waited for/, (m) => {
      m.expectObservable(m.cold('-a-|').pipe(mergeMap(async (value) => value))).toBe('-a-|');
    }),
  );
});
