import { Subject } from 'rxjs';
import { type Answer, firstPut, same } from '../answers.ts';
import type { PoolBroker, PoolStats } from '../broker/pool/broker.ts';
import { openPool } from '../broker/pool/open.ts';
import * as check from '../check.ts';
import { Codecs } from '../codecs/codecs.ts';
import { Consuming } from '../consuming.ts';
import { asQueueError } from '../errors.ts';
import type { QueueEvent } from '../events.ts';
import type { Put } from '../put.ts';
import { Err } from '../result.ts';
import { Adds, memberId } from '../sinks/adds.ts';
import type { Task } from '../task.ts';
import { type PoolOptions, poolSettings } from './poolOptions.ts';

export interface AddOptions {
  /** What travels with the member, until it is added again. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Gives up waiting for a Redis that is away. */
  readonly signal?: AbortSignal;
}

/**
 * An endless ordered set in Redis: members are due, are worked on, and come round again.
 *
 * A member is its payload: what its codec makes of it, byte for byte, is known by a digest, which is the `id` of its
 * tasks. It is consumed as a queue is, whoever is due longest first; a delivery leases it for `lease` ms from now,
 * and a lease that runs out makes it due again, by itself. What a settlement means here:
 *
 *     ack      due again in `every` ms; its deliveries and failures count from 0 again
 *     fail     due again after the backoff, or `delay`; nothing is given up for its failures (`retryLimit` may kill it)
 *     release  as long due as it was before it was taken
 *     kill     removed, as by `remove`: there are no dead letters
 *
 * A settlement counts until the member is handed out, added or deleted again, also after its lease ran out; then it
 * is STALE. A payload that cannot be decoded is told on `events` each time it is due, and comes round as if acked.
 * Opens no connection before it is used.
 *
 * Source   `Pool` of aioredisqueue's siblings py-rq and aio-py-rq.
 */
export class Pool<T = unknown> extends Consuming<T, PoolBroker> {
  readonly #codecs: Codecs;
  readonly #adds: Adds;

  /** Throws TypeError or RangeError naming the option that is not what it should be. */
  constructor(name: string, options?: PoolOptions<T>) {
    const all = poolSettings(name, options as PoolOptions | undefined);
    const broker = openPool({ ...all, pool: name });
    const codecs = new Codecs(all.codec);
    super({ ...all, queue: name, broker, codecs, events: new Subject<QueueEvent>() });
    this.#codecs = codecs;
    this.#adds = new Adds(broker, codecs, all.patience);
  }

  /**
   * Lets a member in; `added` is false when it was one before, also by a first attempt whose reply was lost.
   * It is due now either way: whoever holds it will find his settlement STALE, and it is handed out again.
   */
  add(member: T, options?: AddOptions): Answer<Put> {
    return this.#add('add', [member], options).then(firstPut);
  }

  /** Lets members in, due in this order, 1,000 in one step. Any number: adding what was added changes little. */
  addMulti(members: readonly T[], options?: AddOptions): Answer<Put[]> {
    return this.#add('addMulti', check.list('addMulti', 'members', members), options);
  }

  /** Removes the member of a task, for its holder: STALE when it is that no more. Throws TypeError when it came from elsewhere. */
  remove(task: Task<T>): Answer<void> {
    return this.attempt('remove', task, { kind: 'kill' });
  }

  /** Removes a member, whoever holds it. Answers whether it was one. */
  delete(member: T): Answer<boolean> {
    return this.#about(member, (broker, id) => broker.delete(id));
  }

  /** Whether it is a member, due, held or neither. */
  has(member: T): Answer<boolean> {
    return this.#about(member, (broker, id) => broker.has(id));
  }

  /** How many members there are, and how many of them are due or leased. */
  stats(): Answer<PoolStats> {
    return this.ask((broker) => broker.stats(), same);
  }

  /** Removes all members, held or not. Answers how many. */
  clear(): Answer<number> {
    return this.ask((broker) => broker.clear(), same);
  }

  protected override ended(): void {
    this.#adds.close();
  }

  #add(where: string, members: readonly T[], given: AddOptions | undefined): Answer<Put[]> {
    const { headers, signal } = check.options(where, 'options', given);
    if (headers !== undefined) check.strings(where, 'headers', headers);
    return this.#adds.add(members, { headers, signal: check.abortSignal(where, signal) });
  }

  #about(member: T, of: (broker: PoolBroker, id: string) => ReturnType<PoolBroker['has']>): Answer<boolean> {
    try {
      const id = memberId(...this.#codecs.encode(member));
      return this.ask((broker) => of(broker, id), same);
    } catch (error) {
      return Promise.resolve(Err(asQueueError(error)));
    }
  }
}
