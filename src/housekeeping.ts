import { type Answer, same } from './answers.ts';
import type { Broker, Stats } from './broker/broker.ts';
import {
  type DropOptions,
  dropOptions,
  type MatchingOptions,
  matchingOptions,
  type RequeueOptions,
  requeueOptions,
} from './callOptions.ts';
import * as check from './check.ts';
import type { Codecs } from './codecs/codecs.ts';
import { Consuming } from './consuming.ts';
import type { QueueError } from './errors.ts';
import { Err } from './result.ts';

/** Keeping order in the house: what a queue offers beside producing and consuming. */
export abstract class Housekeeping<T> extends Consuming<T, Broker> {
  /** ms; tells the age of deliveries that were never renewed. */
  protected abstract readonly lease: number;
  protected abstract readonly codecs: Codecs;

  /** How many tasks are where, and what was counted since the queue exists. */
  stats(): Answer<Stats> {
    return this.ask((broker) => broker.stats(), same);
  }

  /** Returns expired leases now. Answers how many. */
  sweep(): Answer<number> {
    return this.#handBack('expired', 0, 'front');
  }

  /** Hands back leased tasks, expired or not. Answers how many. Their holders' acks count until the next delivery. */
  requeue(options?: RequeueOptions): Answer<number> {
    const { olderThan, at } = requeueOptions(options);
    return this.#handBack('any', olderThan, at);
  }

  /** Forgets a task wherever it is; whoever holds it will find his settlement STALE. Answers whether it was there. */
  remove(id: string): Answer<boolean> {
    check.text('remove', 'id', id);
    return this.ask(
      (broker) => broker.remove(id),
      (count) => count === 1,
    );
  }

  /**
   * Forgets waiting tasks, ready and delayed, by their payload as it is encoded; leased and dead ones stay.
   * Answers how many. `count` as in aio-py-rq's `delete_item`: 0 all, n from the back of the line, -n from its front.
   */
  removeMatching(payload: T, options?: MatchingOptions): Answer<number> {
    const { count, codec } = matchingOptions(options);
    let body: Buffer | string;
    try {
      [, body] = this.codecs.encode(payload, codec);
    } catch (error) {
      return Promise.resolve(Err(error as QueueError));
    }
    return this.ask((broker) => broker.removeMatching(body, count), same);
  }

  /** Forgets leased tasks; whoever holds one will find his settlement STALE. Answers how many. */
  dropLeased(options?: DropOptions): Answer<number> {
    const { olderThan } = dropOptions(options);
    return this.ask((broker) => broker.dropLeased(olderThan, this.lease), same);
  }

  /** How often a task has failed since it was put, replayed or reset; 0 for one that is not there. */
  failures(id: string): Answer<number> {
    check.text('failures', 'id', id);
    return this.ask((broker) => broker.failures(id, false), same);
  }

  /**
   * From now on, a task has never failed: its retries begin anew. Answers how often it had.
   * A dead letter stays dead and keeps its count, which says what it died of; `dead.replay` forgets it.
   */
  resetFailures(id: string): Answer<number> {
    check.text('resetFailures', 'id', id);
    return this.ask((broker) => broker.failures(id, true), same);
  }

  /** Stops deliveries to every consumer of every process; what is delivered already goes on. */
  pause(): Answer<void> {
    return this.ask((broker) => broker.pause(true), same);
  }

  resume(): Answer<void> {
    return this.ask((broker) => broker.pause(false), same);
  }

  isPaused(): Answer<boolean> {
    return this.ask(
      (broker) => broker.stats(),
      ({ paused }) => paused,
    );
  }

  /** Forgets all waiting tasks, ready and delayed; leased and dead ones stay. Answers how many. */
  purge(): Answer<number> {
    return this.ask((broker) => broker.purge(), same);
  }

  #handBack(which: 'expired' | 'any', olderThan: number, at: 'front' | 'back'): Answer<number> {
    return this.ask((broker) => broker.handBack({ which, olderThan, at, lease: this.lease }), same);
  }
}
