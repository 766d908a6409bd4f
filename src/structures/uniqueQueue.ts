import * as check from '../check.ts';
import { Queue } from '../queue.ts';
import type { QueueOptions } from '../queueOptions.ts';

export interface UniqueOptions<T = unknown> {
  /** What twins have in common. Default: the payload as it is encoded. */
  readonly by?: (payload: T) => string;
  /** How long a task keeps its twins out: while it waits (`leased`, the default), or until it is settled or dead. */
  readonly until?: 'leased' | 'settled';
}

export interface UniqueQueueOptions<T = unknown> extends QueueOptions<T> {
  readonly unique?: UniqueOptions<T>;
}

/**
 * A queue that holds no task twice. Putting a twin of one that is there answers `added: false` and the id of that one.
 *
 * By default only waiting tasks count: what is being worked on may be put again. If the first of them then comes back,
 * failed or handed back, while its twin waits, it is forgotten: the twin stands for both.
 * Source: UniqueQueue of aio-py-rq, whose waiting set this is, by digest.
 */
export class UniqueQueue<T = unknown> extends Queue<T> {
  constructor(name: string, options?: UniqueQueueOptions<T>) {
    const { unique, ...rest } = check.options('UniqueQueue', 'options', options) as UniqueQueueOptions<T>;
    const { by, until = 'leased' } = check.options('UniqueQueue', 'unique', unique) as UniqueOptions<T>;
    if (by !== undefined) check.callable('UniqueQueue', 'unique.by', by, 'a function from payload to string');
    check.oneOf('UniqueQueue', 'unique.until', until, ['leased', 'settled']);
    super(name, rest, { by, until });
  }
}
