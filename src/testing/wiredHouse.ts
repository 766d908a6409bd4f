import type { Observable } from 'rxjs';
import type { Broker, DeadLetter, HandBack, Stats } from '../broker/broker.ts';

/** The half of a wire that keeps order in a queue: it passes every call on. */
export abstract class WiredHouse {
  protected abstract ask<A>(of: (broker: Broker) => Observable<A>): Observable<A>;

  handBack(what: HandBack): Observable<number> {
    return this.ask((broker) => broker.handBack(what));
  }

  dropLeased(olderThan: number, lease: number): Observable<number> {
    return this.ask((broker) => broker.dropLeased(olderThan, lease));
  }

  remove(id: string): Observable<number> {
    return this.ask((broker) => broker.remove(id));
  }

  removeMatching(body: Buffer | string, count: number): Observable<number> {
    return this.ask((broker) => broker.removeMatching(body, count));
  }

  failures(id: string, reset: boolean): Observable<number> {
    return this.ask((broker) => broker.failures(id, reset));
  }

  pause(paused: boolean): Observable<void> {
    return this.ask((broker) => broker.pause(paused));
  }

  stats(): Observable<Stats> {
    return this.ask((broker) => broker.stats());
  }

  purge(): Observable<number> {
    return this.ask((broker) => broker.purge());
  }

  deadLetters(limit: number, after: string | undefined): Observable<readonly DeadLetter[]> {
    return this.ask((broker) => broker.deadLetters(limit, after));
  }

  replay(ids: readonly string[] | 'all'): Observable<number> {
    return this.ask((broker) => broker.replay(ids));
  }

  purgeDead(): Observable<number> {
    return this.ask((broker) => broker.purgeDead());
  }
}
