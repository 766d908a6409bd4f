// What a queue lets in, and what it says to the rest.

/** Until when a task keeps its twins out: while it waits, or until it is settled or dead. */
export type Until = 'leased' | 'settled';

/** What a queue does not let in. */
export interface Gate {
  readonly until: Until | undefined;
  /** Undefined: there is always room. */
  readonly limit: Limit | undefined;
}

export interface Limit {
  /** Most tasks waiting, ready and delayed. */
  readonly most: number;
  /** How many entries belong together, added all or none: of each parcel in turn; below 0 for those that do not wait. */
  readonly parcels: readonly number[];
  /** Whether a wake-up of `room` was taken for this: then it is passed on while there is more. */
  readonly woken: boolean;
}

/** 1: added. 0: its id is still in the queue. 2: no room for its parcel. Else the id of the twin that keeps it out. */
export type PutOutcome = 0 | 1 | 2 | string;
