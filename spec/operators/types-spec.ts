import assert from 'node:assert/strict';
import { EMPTY, mergeMap, type Observable, of } from 'rxjs';
import type { QueueError } from '../../src/errors.ts';
import { ackOnComplete } from '../../src/operators/ackOnComplete.ts';
import { backoff } from '../../src/operators/backoff.ts';
import { getMulti } from '../../src/operators/getMulti.ts';
import { putTo } from '../../src/operators/putTo.ts';
import { retryLimit } from '../../src/operators/retryLimit.ts';
import type { Put, PutOptions } from '../../src/put.ts';
import type { Result } from '../../src/result.ts';
import type { Settlement, Task } from '../../src/task.ts';
import type { TaskBatch } from '../../src/taskBatch.ts';
import { describe } from '../support/it.ts';

// What the compiler makes of a pipeline: checked by `tsc`, which fails where a type is not exactly the other.

type Equal<A, B> = (<X>() => X extends A ? 1 : 2) extends <X>() => X extends B ? 1 : 2 ? true : false;
type Carried<O> = O extends Observable<infer V> ? V : never;
const exactly = <A, B>(..._: Equal<A, B> extends true ? [] : ['these types differ', A, B]): void => {};

interface Order {
  readonly total: number;
}
declare const charge: (order: Order) => Promise<{ receipt: string }>;
type Receipt = { receipt: string };
const orders: Observable<Task<Order>> = EMPTY;

describe('the types of a pipeline', (it) => {
  it('know the payload in the work, and the value of the work in the settlement', () => {
    const settled = orders.pipe(
      retryLimit({ limit: 5 }),
      ackOnComplete((task) => charge(task.payload), { concurrency: 32 }),
      backoff({ kind: 'exponential', base: 100 }),
    );
    exactly<Carried<typeof settled>, Settlement<Order, Receipt>>();

    const counted = orders.pipe(ackOnComplete(() => of(1)));
    exactly<Carried<typeof counted>, Settlement<Order, number>>();
    const each = orders.pipe(ackOnComplete((task) => exactly<typeof task, Task<Order>>() ?? []));
    exactly<Carried<typeof each>, Settlement<Order, never>>();
    assert.ok(settled);
  });

  it('tell tasks, batches and settlements apart', () => {
    const limited = orders.pipe(retryLimit({ limit: 5 }));
    exactly<Carried<typeof limited>, Task<Order> | Settlement<Order, never>>();

    const batches = limited.pipe(getMulti({ max: 10 }));
    exactly<Carried<typeof batches>, TaskBatch<Order> | Settlement<Order, never>>();

    const settled = batches.pipe(
      ackOnComplete((batch, { signal }) => {
        exactly<typeof batch, TaskBatch<Order>>();
        exactly<typeof signal, AbortSignal>();
        return of(batch.payloads.reduce((sum, { total }) => sum + total, 0));
      }),
    );
    exactly<Carried<typeof settled>, Settlement<Order, number>>();
    assert.ok(settled);
  });

  it('join the values of two works', () => {
    const settled = orders.pipe(
      mergeMap(
        (task): Observable<Task<Order> | Settlement<Order, 'skipped'>> =>
          of(task.payload.total > 0 ? task : { task, kind: 'ack', value: 'skipped' }),
      ),
      ackOnComplete((task) => charge(task.payload)),
    );
    exactly<Carried<typeof settled>, Settlement<Order, 'skipped' | Receipt>>();
    assert.ok(settled);
  });

  it('take a work that was written elsewhere, and an operator that was', () => {
    const work = (task: Task<Order>) => charge(task.payload);
    const settled = orders.pipe(retryLimit({ limit: 5 }), ackOnComplete(work, { concurrency: 2 }));
    exactly<Carried<typeof settled>, Settlement<Order, Receipt>>();

    const operator = ackOnComplete(work);
    const same = orders.pipe(retryLimit({ limit: 5 }), operator);
    exactly<Carried<typeof same>, Settlement<Order, Receipt>>();

    const whole = ackOnComplete((batch: TaskBatch<Order>) => of(batch.length));
    const batched = orders.pipe(retryLimit({ limit: 5 }), getMulti({ max: 10 }), whole);
    exactly<Carried<typeof batched>, Settlement<Order, number>>();
    assert.ok(settled);
  });

  it('hold in a pipeline that is generic itself', () => {
    const pipeline = <T, R>(
      source: Observable<Task<T>>,
      work: (task: Task<T>) => Observable<R>,
    ): Observable<Settlement<T, R>> => source.pipe(retryLimit({ limit: 5 }), ackOnComplete(work), backoff(5));
    assert.ok(pipeline(orders, (task) => of(task.payload.total)));
  });

  it('refuse streams of anything else', () => {
    // @ts-expect-error a stream of strings is not one of tasks
    assert.ok(of('a').pipe(retryLimit({ limit: 5 })));
    // @ts-expect-error work must be something `from` takes
    assert.ok(orders.pipe(ackOnComplete(() => 5)));
    // @ts-expect-error max is not optional
    assert.throws(() => getMulti({}));
  });

  it('know what goes into a queue', () => {
    const queue = {
      putMulti: (_: readonly Order[], _options?: PutOptions<Order>): Promise<Result<Put[], QueueError>> =>
        Promise.reject(),
    };
    const puts = of({ total: 1, more: true }).pipe(putTo(queue, { id: ({ total }) => `${total}` }));
    exactly<Carried<typeof puts>, Put>();
    // @ts-expect-error a queue of orders takes no strings
    assert.ok(of('a').pipe(putTo(queue)));
  });
});
