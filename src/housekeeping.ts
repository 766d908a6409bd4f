import { type Answer, same } from './answers.ts';
import type { Broker, Stats } from './broker/broker.ts';
import { type RequeueOptions, requeueOptions } from './callOptions.ts';
import * as check from './check.ts';
import { Consuming } from './consuming.ts';

/** Keeping order in the house: what a queue offers beside producing and consuming. */
export abstract class Housekeeping<T> extends Consuming<T, Broker> {
  /** ms; tells the age of deliveries that were never renewed. */
  protected abstract readonly lease: number;

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
    return this.ask((broker) => broker.remove(id), same);
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
