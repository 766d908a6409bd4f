import {
  asyncScheduler,
  NEVER,
  type Observable,
  observeOn,
  of,
  type SchedulerLike,
  Subject,
  VirtualTimeScheduler,
  zip,
} from 'rxjs';
import type {
  Broker,
  Delivery,
  Disposal,
  Entry,
  Hold,
  LinkEvent,
  Outcome,
  RetryRule,
  Stats,
  Supply,
  Taken,
} from '../../src/broker/broker.ts';
import type { Gate, PutOutcome } from '../../src/broker/gate.ts';
import { Codecs } from '../../src/codecs/codecs.ts';
import type { QueueEvent } from '../../src/events.ts';
import type { Holding } from '../../src/holding.ts';
import { Ledger } from '../../src/ledger.ts';
import { Intake } from '../../src/sources/intake.ts';

/** A clock that stands still until told: `advance` runs all that falls due on the way. For specs that await promises. */
export class Clock extends VirtualTimeScheduler {
  advance(ms: number): void {
    this.maxFrames = this.frame + ms;
    this.flush();
    this.frame = this.maxFrames;
  }
}

/** Answers of a fake broker: methods of the port. A `turn` is answered as a settle and a take. */
export type Answers = Partial<Omit<Broker, 'scheduler' | 'link' | 'confirms' | 'endOfTurn' | 'turn'>>;

/**
 * Storage that holds nothing: it notes what it is asked and answers what the spec says, else that all went well.
 * Within `marbles` its time is theirs; elsewhere give it a `Clock`.
 */
export class FakeBroker implements Broker {
  /** In order: `take 4`, `settle ack a, fail b in 10`, `renew a b` … */
  readonly calls: string[] = [];
  readonly link = new Subject<LinkEvent>();
  confirms = false;
  readonly scheduler: SchedulerLike;
  readonly #answers: Answers;

  constructor(answers: Answers = {}, scheduler: SchedulerLike = asyncScheduler) {
    this.#answers = answers;
    this.scheduler = scheduler;
  }

  endOfTurn(flush: () => void): void {
    this.scheduler.schedule(flush, 0);
  }

  put(entries: readonly Entry[], gate: Gate, patience: number): Observable<readonly PutOutcome[]> {
    this.calls.push(`put ${entries.map(({ id }) => id).join(' ')}`);
    return this.#answers.put?.(entries, gate, patience) ?? of(entries.map(() => 1 as const));
  }

  take(count: number, lease: number, patience: number): Observable<Taken> {
    this.calls.push(`take ${count}`);
    // Like any storage not while it is being asked: that would turn the order of two takes round.
    const answer = this.#answers.take?.(count, lease, patience) ?? of(taken());
    return answer.pipe(observeOn(this.scheduler));
  }

  settle(disposals: readonly Disposal[], rule: RetryRule, patience: number): Observable<readonly Outcome[]> {
    this.calls.push(`settle ${disposals.map(shown).join(', ')}`);
    return this.#answers.settle?.(disposals, rule, patience) ?? of(disposals.map(() => 1 as const));
  }

  turn(
    disposals: readonly Disposal[],
    rule: RetryRule,
    count: number,
    lease: number,
    patience: number,
  ): ReturnType<Broker['turn']> {
    return zip(this.settle(disposals, rule, patience), this.take(count, lease, patience));
  }

  renew(holds: readonly Hold[], lease: number, exact: boolean, patience: number): Observable<readonly number[]> {
    this.calls.push(`renew ${holds.map(({ id }) => id).join(' ')}${exact ? ` to ${lease}` : ''}`);
    return this.#answers.renew?.(holds, lease, exact, patience) ?? of(holds.map(() => this.scheduler.now() + lease));
  }

  wait(): Observable<void> {
    this.calls.push('wait');
    return this.#answers.wait?.() ?? NEVER;
  }

  nudge(): Observable<void> {
    this.calls.push('nudge');
    return this.#answers.nudge?.() ?? of(undefined);
  }

  handBack(what: Parameters<Broker['handBack']>[0]): Observable<number> {
    this.calls.push(`handBack ${what.which}`);
    return this.#answers.handBack?.(what) ?? of(0);
  }

  room(): Observable<void> {
    this.calls.push('room');
    return this.#answers.room?.() ?? NEVER;
  }

  dropLeased(olderThan: number, lease: number): Observable<number> {
    this.calls.push(`dropLeased ${olderThan}`);
    return this.#answers.dropLeased?.(olderThan, lease) ?? of(0);
  }

  remove(id: string): Observable<number> {
    this.calls.push(`remove ${id}`);
    return this.#answers.remove?.(id) ?? of(1);
  }

  removeMatching(body: Buffer | string, count: number): Observable<number> {
    this.calls.push(`removeMatching ${body}`);
    return this.#answers.removeMatching?.(body, count) ?? of(0);
  }

  failures(id: string, reset: boolean): Observable<number> {
    this.calls.push(`failures ${id}`);
    return this.#answers.failures?.(id, reset) ?? of(0);
  }

  pause(paused: boolean): Observable<void> {
    this.calls.push(paused ? 'pause' : 'resume');
    return this.#answers.pause?.(paused) ?? of(undefined);
  }

  stats(): Observable<Stats> {
    this.calls.push('stats');
    const none = { ready: 0, leased: 0, delayed: 0, dead: 0, put: 0, acked: 0, failed: 0, returned: 0, died: 0 };
    return this.#answers.stats?.() ?? of({ ...none, paused: false });
  }

  purge(): Observable<number> {
    this.calls.push('purge');
    return this.#answers.purge?.() ?? of(0);
  }

  deadLetters(limit: number, after: string | undefined): ReturnType<Broker['deadLetters']> {
    this.calls.push(`deadLetters ${limit}${after === undefined ? '' : ` after ${after}`}`);
    return this.#answers.deadLetters?.(limit, after) ?? of([]);
  }

  replay(ids: readonly string[] | 'all'): Observable<number> {
    this.calls.push(`replay ${ids === 'all' ? ids : ids.join(' ')}`);
    return this.#answers.replay?.(ids) ?? of(0);
  }

  purgeDead(): Observable<number> {
    this.calls.push('purgeDead');
    return this.#answers.purgeDead?.() ?? of(0);
  }

  close(timeout: number): Observable<void> {
    this.calls.push('close');
    return this.#answers.close?.(timeout) ?? of(undefined);
  }
}

const shown = ({ kind, id, delay }: Disposal): string => `${kind} ${id}${delay > 0 ? ` in ${delay}` : ''}`;

/** A first delivery of a JSON task whose payload is its id, taken at 0 and leased for 30 s. */
export const delivery = (id: string, fields: Partial<Delivery> = {}): Delivery => ({
  id,
  token: '',
  codec: 'json',
  body: Buffer.from(JSON.stringify(id)),
  headers: {},
  priority: 0,
  enqueuedAt: 0,
  takenAt: 0,
  leasedUntil: 30_000,
  deliveries: 1,
  failures: 0,
  failingFor: 0,
  ...fields,
});

/** What a take answers: `taken('ab', 3)` took a and b and left three. */
export const taken = (ids: Iterable<string> = '', left = 0, dueIn?: number): Taken => ({
  deliveries: Array.from(ids, (id) => delivery(id)),
  missing: [],
  buried: [],
  left,
  dueIn,
});

/** A ledger that does not look after its leases, which would keep virtual time going for ever. */
class QuietLedger extends Ledger {
  override hold(...args: Parameters<Ledger['hold']>): Holding {
    const holding = super.hold(...args);
    this.renewal.end();
    return holding;
  }
}

/** What stands between a broker and a stream, with its events written down as they happen. */
export const intakeOn = (broker: Supply): { intake: Intake<string>; ledger: Ledger; seen: QueueEvent[] } => {
  const [events, seen] = [new Subject<QueueEvent>(), [] as QueueEvent[]];
  events.subscribe((event) => seen.push(event));
  const lease = 30_000;
  const rule = { limit: 20, window: 0 };
  const ledger = new QuietLedger({ queue: 'q', broker, events, lease, patience: 10_000, rule, backoff: () => 0 });
  return { intake: new Intake({ broker, ledger, codecs: new Codecs('json'), events, lease }), ledger, seen };
};
