import * as check from '../check.ts';
import type { Result } from '../result.ts';
import type { RqEnqueueOptions } from './enqueueOptions.ts';
import type { RqError } from './errors.ts';
import type { RqJob } from './job.ts';
import { RqQueue } from './queue.ts';
import type { RqQueueOptions } from './queueOptions.ts';

/** How the jobs of one function are enqueued unless a call says otherwise; with a queue's name, also that queue. */
export interface JobDefaults extends Omit<RqEnqueueOptions, 'args' | 'kwargs' | 'jobId' | 'unique'> {
  readonly queue?: RqQueueOptions;
}

type Answer = Promise<Result<RqJob, RqError>>;

/** A function of ours with the name jobs call it by: what `job()` makes, for an `RqWorker` to run. */
export interface NamedFunction {
  (...args: never[]): unknown;
  readonly func: string;
}

/** A function that can be called here, or have a worker call it. */
export interface JobFunction<A extends readonly unknown[] = readonly unknown[], R = unknown> {
  (...args: A): R;
  /** As jobs name it. */
  readonly func: string;
  /** Has a worker call it. */
  delay(...args: A): Answer;
  /** The same, with options of this one job. */
  enqueue(args: A, options?: Omit<RqEnqueueOptions, 'args'>): Answer;
}

/** A function of Python only: it cannot be called here. */
export interface RemoteFunction<A extends readonly unknown[] = readonly unknown[]> {
  (...args: A): Answer;
  readonly func: string;
  delay(...args: A): Answer;
  enqueue(args: A, options?: Omit<RqEnqueueOptions, 'args'>): Answer;
}

/** What `job()` gives: decorates a function or a method, or stands for one that only Python has. */
export interface JobDecorator {
  /** A function of ours, also callable directly; give it to an `RqWorker` to have it run here. */
  <A extends readonly unknown[], R>(work: (...args: A) => R): JobFunction<A, R>;
  /** As `@job('default', 'mylib.add')` on a method: `jobOf(Class.method).delay(…)`. A static one keeps its class as `this`. */
  <This, A extends readonly unknown[], R>(
    method: (this: This, ...args: A) => R,
    context: ClassMethodDecoratorContext<This, (this: This, ...args: A) => R>,
  ): (this: This, ...args: A) => R;
  /** The function of that name in Python. */
  remote<A extends readonly unknown[] = readonly unknown[]>(): RemoteFunction<A>;
}

/**
 * Names a function as jobs do, with its queue and defaults, as RQ's `@job`. Opens no connection before the first
 * `delay`. Throws TypeError or RangeError at call time naming the argument.
 */
export const job = (queue: string | RqQueue, func: string, defaults: JobDefaults = {}): JobDecorator => {
  check.text('job', 'func', func, 'a dotted path such as "mylib.add"');
  const { queue: options, ...rest } = check.options('job', 'defaults', defaults);
  let target = queue instanceof RqQueue ? queue : undefined;
  if (target === undefined) check.text('job', 'queue', queue, 'a RqQueue or the name of one');
  const enqueue = (args: readonly unknown[], own?: Omit<RqEnqueueOptions, 'args'>): Answer => {
    target ??= new RqQueue(queue as string, options);
    return target.enqueue(func, { ...rest, ...own, args });
  };
  const members = { func, delay: (...args: readonly unknown[]) => enqueue(args), enqueue };
  const decorate = (work: (...args: readonly unknown[]) => unknown, context?: ClassMethodDecoratorContext): unknown => {
    check.callable('job', 'work', work);
    let self: unknown;
    if (context?.static === true)
      context.addInitializer(function (this: unknown) {
        self = this;
      });
    return Object.assign(function (this: unknown, ...args: readonly unknown[]) {
      return work.apply(this ?? self, [...args]);
    }, members);
  };
  const remote = () => Object.assign((...args: readonly unknown[]) => enqueue(args), members);
  return Object.assign(decorate, { remote }) as unknown as JobDecorator;
};

/** A decorated method as what it is: TypeScript's decorators cannot tell. Throws TypeError when it is not one. */
export const jobOf = <A extends readonly unknown[], R>(method: (...args: A) => R): JobFunction<A, R> => {
  if (typeof method !== 'function' || typeof Reflect.get(method, 'delay') !== 'function')
    throw check.wrongType('jobOf', 'method', method, 'a method decorated with job()');
  return method as JobFunction<A, R>;
};
