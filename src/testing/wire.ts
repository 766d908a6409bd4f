import {
  defer,
  map,
  merge,
  mergeMap,
  NEVER,
  Observable,
  ReplaySubject,
  type SchedulerLike,
  Subject,
  take,
  takeUntil,
  timer,
} from 'rxjs';
import type { Broker, Disposal, Entry, Hold, LinkEvent, Outcome, RetryRule, Taken } from '../broker/broker.ts';
import { away } from '../broker/faults.ts';
import type { Gate, PutOutcome } from '../broker/gate.ts';
import { WiredHouse } from './wiredHouse.ts';

/** `mute`: storage hears, but its replies are lost. */
export type WireState = 'up' | 'down' | 'mute' | 'dead';

type Turned = readonly [outcomes: readonly Outcome[], taken: Taken];

/**
 * The storage as one process sees it, over a connection that can be cut, or as a process that dies. Calls made while
 * it is cut wait until it is back, at most for their patience, as they do with Redis; those whose replies were lost
 * are repeated, and a repeated settlement is told how the first one ended.
 */
export class Wire extends WiredHouse implements Broker {
  readonly scheduler: SchedulerLike;
  readonly link: Observable<LinkEvent>;
  /** Whether leases are renewed; without it they run out, as those of a process whose event loop stands still. */
  renews = true;
  readonly #broker: Broker;
  readonly #patience: number;
  readonly #ids: Set<string>;
  readonly #events = new Subject<LinkEvent>();
  readonly #cut = new Subject<void>();
  readonly #restored = new Subject<void>();
  #state: WireState = 'up';

  /** `ids` is told of every id that is put. */
  constructor(broker: Broker, patience: number, ids = new Set<string>()) {
    super();
    this.scheduler = broker.scheduler;
    this.link = this.#events.asObservable();
    this.#broker = broker;
    this.#patience = patience;
    this.#ids = ids;
  }

  become(state: WireState): void {
    if (this.#state === 'dead' || this.#state === state) return;
    const was = this.#state;
    this.#state = state;
    if (state === 'up') {
      this.#restored.next();
      this.#events.next({ type: 'reconnected' });
    } else if (was === 'up') {
      this.#cut.next();
      if (state !== 'dead') this.#events.next({ type: 'reconnecting' });
    }
  }

  endOfTurn(flush: () => void): void {
    this.#broker.endOfTurn(flush);
  }

  put(entries: readonly Entry[], gate: Gate, patience: number): Observable<readonly PutOutcome[]> {
    for (const { id } of entries) this.#ids.add(id);
    return this.#call(() => this.#broker.put(entries, gate, patience), patience);
  }

  take(count: number, lease: number, patience: number): Observable<Taken> {
    return this.#call(() => this.#broker.take(count, lease, patience), patience);
  }

  settle(disposals: readonly Disposal[], rule: RetryRule, patience: number): Observable<readonly Outcome[]> {
    return this.#call(
      () => this.#broker.settle(disposals, rule, patience),
      patience,
      (outcomes) => [outcomes],
    );
  }

  turn(
    disposals: readonly Disposal[],
    rule: RetryRule,
    count: number,
    lease: number,
    patience: number,
  ): Observable<Turned> {
    return this.#call(
      () => this.#broker.turn(disposals, rule, count, lease, patience),
      patience,
      ([outcomes]) => this.#broker.take(count, lease, patience).pipe(map((taken): Turned => [outcomes, taken])),
    );
  }

  renew(holds: readonly Hold[], lease: number, exact: boolean, patience: number): Observable<readonly number[]> {
    return this.renews || exact ? this.#call(() => this.#broker.renew(holds, lease, exact, patience), patience) : NEVER;
  }

  wait(): Observable<void> {
    return this.#orRestored(() => this.#broker.wait());
  }

  room(): Observable<void> {
    return this.#orRestored(() => this.#broker.room(), this.#patience);
  }

  nudge(): Observable<void> {
    return this.#call(() => this.#broker.nudge());
  }

  close(timeout: number): Observable<void> {
    return this.#broker.close(timeout);
  }

  protected ask<A>(of: (broker: Broker) => Observable<A>): Observable<A> {
    return this.#call(() => of(this.#broker));
  }

  /** What storage rings, unless the connection is cut meanwhile: then it is time to look once it is back. */
  #orRestored(ring: () => Observable<void>, patience = Number.POSITIVE_INFINITY): Observable<void> {
    return this.#whileAlive(
      defer(() => {
        const back = merge(this.#restored, this.#late(patience)).pipe(take(1));
        if (this.#state !== 'up') return back;
        return merge(ring().pipe(takeUntil(this.#cut)), this.#cut.pipe(mergeMap(() => back))).pipe(take(1));
      }),
    );
  }

  #late(patience: number): Observable<never> {
    if (patience === Number.POSITIVE_INFINITY) return NEVER;
    return timer(patience, this.scheduler).pipe(
      map((): never => {
        throw away(patience, undefined);
      }),
    );
  }

  /** `again`: how a call ends, once the connection is back, whose first reply was lost. */
  #call<A>(
    ask: () => Observable<A>,
    patience = this.#patience,
    again: (lost: A) => Observable<A> | [A] = ask,
  ): Observable<A> {
    return this.#whileAlive(
      defer(() => {
        if (this.#state === 'up') return ask();
        if (this.#state === 'dead') return NEVER;
        const lost = this.#state === 'mute' ? new ReplaySubject<A>(1) : undefined;
        if (lost !== undefined) ask().subscribe(lost);
        const answer = this.#restored.pipe(
          take(1),
          mergeMap(() => (lost === undefined ? ask() : lost.pipe(mergeMap(again)))),
        );
        return merge(answer, this.#late(patience)).pipe(take(1));
      }),
    );
  }

  /** To a dead process nothing is ever answered, not even that there is no answer. */
  #whileAlive<A>(answer: Observable<A>): Observable<A> {
    return new Observable((out) =>
      answer.subscribe({
        next: (value) => this.#state !== 'dead' && out.next(value),
        error: (error: unknown) => this.#state !== 'dead' && out.error(error),
        complete: () => this.#state !== 'dead' && out.complete(),
      }),
    );
  }
}
