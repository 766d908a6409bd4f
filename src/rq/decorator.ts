import * as check from '../check.ts';
import type { Result } from '../result.ts';
import type { RqEnqueueOptions } from './enqueueOptions.ts';
import type { RqError } from './errors.ts';
import type { RqJob } from './job.ts';
import { RqQueue } from './queue.ts';
import type { RqQueueOptions } from './queueOptions.ts';

/** How the jobs of one function are enqueued unless a call says otherwise; with a queue's name, also that queue. */
export interface JobDefaults
  extends Omit<RqEnqueueOptions, 'args' | 'kwargs' | 'jobId' | 'unique'>,
    Pick<RqQueueOptions, 'connection' | 'serializer' | 'patience'> {}

type Answer = Promise<Result<RqJob, RqError>>;

/** What can be called by a worker. */
export interface Enqueueable<A extends readonly unknown[]> {
  /** As jobs name it. */
  readonly func: string;
  /** Its queue; made from a name, close it when you are done. */
  readonly queue: RqQueue;
  /** Has a worker call it. */
  delay(...args: A): Answer;
  /** The same, with options of this one job. */
  enqueue(args: A, options?: Omit<RqEnqueueOptions, 'args'>): Answer;
}

/** A function of ours: calling it runs it here. */
export interface JobFunction<A extends readonly unknown[] = readonly unknown[], R = unknown> extends Enqueueable<A> {
  (...args: A): R;
}

/** What `job()` gives: stands for the function that Python has, and makes one of ours stand for it, too. */
export interface JobDecorator<A extends readonly unknown[] = readonly unknown[]> extends Enqueueable<A> {
  /** A function of ours, also callable directly; give it to an `RqWorker` to have it run here. */
  <B extends readonly unknown[], R>(work: (...args: B) => R): JobFunction<B, R>;
  /** As `@job('default', 'mylib.add')` on a method: `jobOf(Class.method).delay(…)`. A static one keeps its class as `this`. */
  <This, B extends readonly unknown[], R>(
    method: (this: This, ...args: B) => R,
    context: ClassMethodDecoratorContext<This, (this: This, ...args: B) => R>,
  ): (this: This, ...args: B) => R;
}

/**
 * Names a function as jobs do, with its queue and defaults, as RQ's `@job`: `job<[number, number]>('default',
 * 'mylib.add').delay(1, 2)`. Opens no connection before the first `delay`. Throws TypeError or RangeError at call
 * time naming the argument.
 */
export const job = <A extends readonly unknown[] = readonly unknown[]>(
  queue: string | RqQueue,
  func: string,
  defaults: JobDefaults = {},
): JobDecorator<A> => {
  check.text('job', 'func', func, 'a dotted path such as "mylib.add"');
  const { connection, serializer, patience, ...rest } = check.options('job', 'defaults', defaults);
  let target = queue instanceof RqQueue ? queue : undefined;
  if (target === undefined) check.text('job', 'queue', queue, 'a RqQueue or the name of one');
  else if (connection !== undefined) throw check.wrongType('job', 'connection', connection, 'nothing beside a RqQueue');
  const own = (): RqQueue => {
    target ??= new RqQueue(queue as string, { connection, serializer, patience } as RqQueueOptions);
    return target;
  };
  const enqueue = (args: readonly unknown[], options?: Omit<RqEnqueueOptions, 'args'>): Answer =>
    own().enqueue(func, { ...rest, ...options, args });
  const named = (call: (...args: never[]) => unknown): unknown =>
    Object.defineProperty(
      Object.assign(call, { func, delay: (...args: readonly unknown[]) => enqueue(args), enqueue }),
      'queue',
      { get: own },
    );
  const decorate = (work: (...args: readonly unknown[]) => unknown, context?: ClassMethodDecoratorContext): unknown => {
    check.callable('job', 'work', work);
    let self: unknown;
    if (context?.static === true)
      context.addInitializer(function (this: unknown) {
        self = this;
      });
    return named(function (this: unknown, ...args: readonly unknown[]) {
      return work.apply(this ?? self, [...args]);
    });
  };
  return named(decorate) as JobDecorator<A>;
};

/** A decorated method as what it is: TypeScript's decorators cannot tell. Throws TypeError when it is not one. */
export const jobOf = <A extends readonly unknown[], R>(method: (...args: A) => R): JobFunction<A, R> => {
  if (typeof method !== 'function' || typeof Reflect.get(method, 'delay') !== 'function')
    throw check.wrongType('jobOf', 'method', method, 'a method decorated with job()');
  return method as JobFunction<A, R>;
};
