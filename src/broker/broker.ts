import type { Observable, SchedulerLike } from 'rxjs';
import type { DeadReason, Held } from '../task.ts';
import type { Gate, PutOutcome } from './gate.ts';

// The port to storage: batches in, Observables out. Whatever implements it keeps one contract, so
// everything above is the same for Redis and for memory, in real time and in virtual time.
// Every Observable is cold, emits once and completes, or errors with a QueueError; never while it is
// being subscribed to, and takes in the order they were asked for.

/** A task on its way in. */
export interface Entry {
  readonly id: string;
  /** Whether the caller chose the id; such ids may come again after the task is gone. */
  readonly own: boolean;
  readonly codec: string;
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly body: Buffer | string;
  /** Milliseconds until it may be delivered; 0 at once. */
  readonly delay: number;
  readonly front: boolean;
  /** 0 normal … 9 first. */
  readonly priority: number;
  /** What twins have in common, where they are kept out. */
  readonly digest: string | undefined;
}

/** A task on its way out: taken, and leased to whoever asked. */
export interface Delivery extends Held {
  /** Fences this delivery: no other delivery, of this or any task of the same id, has the same one. */
  readonly token: string;
  /** Undefined when what is stored cannot be understood at all. */
  readonly codec: string | undefined;
  readonly body: Buffer;
  /** When it was taken, by the server's clock. */
  readonly takenAt: number;
}

export interface Taken {
  readonly deliveries: readonly Delivery[];
  /** Ids that stood in line without a task: somebody deleted it under them. */
  readonly missing: readonly string[];
  /** What was too old to be delivered, and is a dead letter now. */
  readonly buried: readonly { readonly id: string; readonly message: string }[];
  /** How many were left ready. */
  readonly left: number;
  /** Milliseconds until the next delayed task is due; undefined without one. */
  readonly dueIn: number | undefined;
}

/** What identifies a delivery to storage. */
export interface Hold {
  readonly id: string;
  readonly token: string;
  readonly takenAt: number;
}

export interface Disposal extends Hold {
  /** `unseen` hands back a task nobody has worked on: to the front, and not counted as a delivery. */
  readonly kind: 'ack' | 'fail' | 'release' | 'kill' | 'unseen';
  readonly delay: number;
  readonly at: 'front' | 'back';
  /** Of `kill`. */
  readonly dead: DeadReason;
  readonly message: string;
}

/** When a failing task is given up: more than `limit` failures, the first of them older than `window` ms. */
export interface RetryRule {
  readonly limit: number;
  readonly window: number;
}

/** 0: too late, changed nothing. 1: took effect. 2: took effect, and the task is now a dead letter. */
export type Outcome = 0 | 1 | 2;

export interface HandBack {
  /** `expired` leases only, or `any`. */
  readonly which: 'expired' | 'any';
  /** Only deliveries this many ms old; 0 for all. */
  readonly olderThan: number;
  readonly at: 'front' | 'back';
  /** The usual length of a lease: what tells the age of one that was never renewed. */
  readonly lease: number;
}

export interface Stats {
  /** Waiting, to be delivered now. */
  readonly ready: number;
  /** Delivered and not settled. */
  readonly leased: number;
  /** Waiting for their time. */
  readonly delayed: number;
  /** Dead letters. */
  readonly dead: number;
  readonly paused: boolean;
  /** Counted since the queue exists: tasks put, acked, failed; handed back without a failure; dead-lettered. */
  readonly put: number;
  readonly acked: number;
  readonly failed: number;
  readonly returned: number;
  readonly died: number;
}

/** A dead letter as it is stored. */
export interface DeadLetter {
  readonly id: string;
  readonly codec: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly enqueuedAt: number;
  readonly diedAt: number;
  readonly deliveries: number;
  readonly failures: number;
  readonly reason: DeadReason;
  readonly message: string;
}

/** What the connection does: told as it happens. */
export type LinkEvent = { readonly type: 'reconnecting'; readonly cause?: Error } | { readonly type: 'reconnected' };

// What writes emits once it took effect, and completes once as many replicas have it as the queue asks for; too few
// in time, and it errors with REPLICAS after the emission.
// `patience`: ms to wait for storage that is away before CONNECTION; Infinity waits until it is back.

/** What consumers need of storage, be it a queue's or a pool's. */
export interface Supply {
  /** The clock that timers run by. Decisions are left to the storage's own. */
  readonly scheduler: SchedulerLike;
  readonly link: Observable<LinkEvent>;
  /** Whether writes complete later than they emit: replicas are waited for. */
  readonly confirms?: boolean;
  /** Runs `flush` when the current turn of the event loop is over: what came in one turn travels together. */
  endOfTurn(flush: () => void): void;

  /** Leases up to `count` tasks for `lease` ms. Promotes delayed tasks that are due. */
  take(count: number, lease: number, patience: number): Observable<Taken>;
  settle(disposals: readonly Disposal[], rule: RetryRule, patience: number): Observable<readonly Outcome[]>;
  /** Settles, and takes in the same step: for whoever works through a queue, half the round trips. */
  turn(
    disposals: readonly Disposal[],
    rule: RetryRule,
    count: number,
    lease: number,
    patience: number,
  ): Observable<readonly [outcomes: readonly Outcome[], taken: Taken]>;
  /** Moves ends of leases to `lease` ms from now, never back unless `exact`; answers the new end, 0 for lost ones. */
  renew(holds: readonly Hold[], lease: number, exact: boolean, patience: number): Observable<readonly number[]>;
  /** Emits when there may be something to take. Waits in storage without asking again and again. */
  wait(): Observable<void>;
  /** Passes a wake-up on that nobody here can use. */
  nudge(): Observable<void>;
  /** Lets calls under way end, for at most `timeout` ms, and releases connections; then every call errors with CLOSED. */
  close(timeout: number): Observable<void>;
}

/** The storage of a queue. */
export interface Broker extends Supply {
  /** Adds all or, on any error, none. */
  put(entries: readonly Entry[], gate: Gate, patience: number): Observable<readonly PutOutcome[]>;
  /**
   * Emits when there may be room for those who were refused, first come, first served. Waits as `wait` does, but
   * errors with CONNECTION when storage is away for longer than the queue's patience.
   */
  room(): Observable<void>;
  /** Hands leases back to the queue and answers how many. A late ack of such a task still counts. */
  handBack(what: HandBack): Observable<number>;
  /** Forgets leased tasks this many ms old, and answers how many. `lease` as in HandBack. */
  dropLeased(olderThan: number, lease: number): Observable<number>;
  /** Forgets a task wherever it is; answers 1, or 0 when it was not there. */
  remove(id: string): Observable<number>;
  /** Forgets waiting tasks with this payload and answers how many: 0 all, n the last to be delivered, -n the next ones. */
  removeMatching(body: Buffer | string, count: number): Observable<number>;
  /** How often a task has failed; with `reset` it never has, from now on. */
  failures(id: string, reset: boolean): Observable<number>;
  pause(paused: boolean): Observable<void>;
  stats(): Observable<Stats>;
  /** Forgets all waiting tasks and answers how many. */
  purge(): Observable<number>;
  deadLetters(limit: number, after: string | undefined): Observable<readonly DeadLetter[]>;
  /** Puts dead letters back in line, their failures forgotten; answers how many. */
  replay(ids: readonly string[] | 'all'): Observable<number>;
  purgeDead(): Observable<number>;
}
