import { randomUUID } from 'node:crypto';
import * as check from '../../check.ts';
import { duration, queueName } from '../checks.ts';
import type { RqSeconds } from '../enqueueOptions.ts';
import { type RqSerializer, type RqSerializerName, serializerOf } from '../serializer.ts';
import type { RqConnection } from '../store.ts';
import type { FeedOptions } from './feed.ts';
import { callbacksOf, type RqCallbackHandler } from './handlers.ts';

export interface RqWorkerOptions {
  /** Default `$REDIS_URL`, else `redis://127.0.0.1:6379`. A client handed in is used and never closed. */
  readonly connection?: RqConnection;
  /** As the Python side has it. Default `pickle`, RQ's own. */
  readonly serializer?: RqSerializerName | RqSerializer;
  /** Default: a new one. */
  readonly name?: string;
  /** What the callbacks that jobs name stand for here. */
  readonly callbacks?: Readonly<Record<string, RqCallbackHandler>>;
  /** Seconds results are kept unless the job says otherwise; -1: for good. Default 500. */
  readonly resultTtl?: RqSeconds;
  /** Put scheduled jobs and retries on their queues, too, as `rq worker --with-scheduler`. Default false. */
  readonly scheduler?: boolean;
  /** ms between two looks for abandoned jobs, at the start as well; null: leave it to others. Default 60,000. */
  readonly maintenanceEvery?: number | null;
  /** Seconds between signs of life at most; without one for 60 s more, a job is abandoned. Default 30. */
  readonly monitoringInterval?: number;
  /** How started jobs are registered: as RQ before 2.0 (`bare`) or since. Default: as the Python workers there do. */
  readonly format?: 'auto' | 'bare' | 'execution';
  /** ms to wait for a Redis that is away when the worker begins or ends. Default 10,000. */
  readonly patience?: number;
}

export interface RqJobsOptions {
  /** Most jobs at once. Default 1, as RQ. */
  readonly concurrency?: number;
  /** Complete when the queues are empty. Default false. */
  readonly burst?: boolean;
  /** `order`: the first queue always first; `round-robin`: each in turn. Default `order`. */
  readonly strategy?: 'order' | 'round-robin';
}

/** Defaults filled in. Throws TypeError or RangeError naming what is not what it should be. */
export const workerOptions = (queues: string | readonly string[], given: RqWorkerOptions | undefined) => {
  const where = 'RqWorker';
  const all = check.options(where, 'options', given);
  const { scheduler = false, maintenanceEvery = 60_000, monitoringInterval = 30, format = 'auto' } = all;
  const names = typeof queues === 'string' ? [queues] : check.list(where, 'queues', queues, 'names of queues');
  if (names.length === 0) throw check.outOfRange(where, 'queues', names, 'at least one name');
  if (maintenanceEvery !== null)
    check.milliseconds(where, 'maintenanceEvery', maintenanceEvery, { min: 1, max: check.LONGEST });
  return {
    connection: all.connection,
    patience: all.patience,
    queues: [...new Set(names.map((each) => queueName(where, each)))],
    name: all.name === undefined ? randomUUID().replaceAll('-', '') : check.text(where, 'name', all.name),
    serializer: serializerOf(where, all.serializer),
    callbacks: callbacksOf(where, all.callbacks),
    resultTtl: duration(where, 'resultTtl', all.resultTtl ?? 500, { min: -1 }),
    scheduler: check.flag(where, 'scheduler', scheduler),
    maintenanceEvery,
    monitoring: check.count(where, 'monitoringInterval', monitoringInterval, { min: 1, max: 3_600 }),
    format: check.oneOf(where, 'format', format, ['auto', 'bare', 'execution']),
  };
};

/** The same for a stream of its jobs. */
export const feedOptions = (where: string, given: RqJobsOptions | undefined): FeedOptions => {
  const { concurrency = 1, burst = false, strategy = 'order' } = check.options(where, 'options', given);
  check.count(where, 'concurrency', concurrency, { min: 1, unlimited: true });
  check.flag(where, 'burst', burst);
  check.oneOf(where, 'strategy', strategy, ['order', 'round-robin']);
  return { concurrency, burst, fair: strategy === 'round-robin' };
};
