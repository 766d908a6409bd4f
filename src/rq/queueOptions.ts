import type { NamedFunction, RqEnqueueOptions, RqSeconds } from './enqueueOptions.ts';
import type { RqSerializer, RqSerializerName } from './serializer.ts';
import type { RqConnection } from './store.ts';

export interface RqQueueOptions {
  /** Default `$REDIS_URL`, else `redis://127.0.0.1:6379`. A client handed in is used and never closed. */
  readonly connection?: RqConnection;
  /** As the Python side has it. Default `pickle`, RQ's own. */
  readonly serializer?: RqSerializerName | RqSerializer;
  /** Seconds a job may run unless it says otherwise; -1: as long as it likes. Default 180. */
  readonly timeout?: RqSeconds;
  /** ms to wait for a Redis that is away before a call answers CONNECTION. Default 10,000. */
  readonly patience?: number;
}

/** One job of `enqueueMany`. */
export interface RqJobSpec extends RqEnqueueOptions {
  readonly func: string | NamedFunction;
}
