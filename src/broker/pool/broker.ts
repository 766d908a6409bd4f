import type { Observable } from 'rxjs';
import type { Disposal, Supply } from '../broker.ts';

/** A member on its way in. */
export interface Member {
  /** What it is known by: made of what it is, so that one payload is one member. */
  readonly id: string;
  readonly codec: string;
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly body: Buffer | string;
}

export interface PoolStats {
  /** Members, whatever state they are in. */
  readonly size: number;
  /** To be delivered now. */
  readonly due: number;
  /** Delivered and not settled, their leases not over. */
  readonly leased: number;
}

/** The storage of a pool. */
export interface PoolBroker extends Supply {
  /** Makes them due now, members before or not; answers for each whether it is new. */
  add(members: readonly Member[], patience: number): Observable<readonly boolean[]>;
  /** Forgets a member, held or not; answers whether it was one. */
  delete(id: string): Observable<boolean>;
  has(id: string): Observable<boolean>;
  stats(): Observable<PoolStats>;
  /** Forgets all members, held or not, and answers how many. */
  clear(): Observable<number>;
}

/** What becomes of a member when its delivery is settled. */
export interface Fate {
  readonly id: string;
  readonly token: string;
  readonly kind: 'ack' | 'fail' | 'release' | 'unseen' | 'remove';
  /** Milliseconds until it is due; undefined: as long due as it was before it was taken. */
  readonly delay: number | undefined;
}

/** What settlements mean in a pool whose members come round `every` so many ms. */
export const fatesOf = (disposals: readonly Disposal[], every: number): Fate[] =>
  disposals.map(({ id, token, kind, dead, at, delay }) => {
    if (kind === 'ack') return { id, token, kind, delay: every };
    // There are no dead letters to keep it in: it stays a member, and comes round for whoever can read it.
    if (kind === 'kill' && dead === 'undecodable') return { id, token, kind: 'ack', delay: every };
    if (kind === 'kill') return { id, token, kind: 'remove', delay: undefined };
    // At once and to the front: the place it had.
    return { id, token, kind, delay: delay === 0 && at === 'front' ? undefined : delay };
  });
