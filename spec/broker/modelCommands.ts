import * as fc from 'fast-check';
import type { Disposal, HandBack, RetryRule } from '../../src/broker/broker.ts';
import type { Until } from '../../src/broker/gate.ts';

// What may be done to a queue, at random. Times are whole seconds; the clock moves on by one millisecond per
// command, so no two commands of a sequence ever meet at the same moment, and order is never left to chance.

export interface EntryDraft {
  /** The caller's own; undefined: one that was never used before. */
  readonly own: string | undefined;
  readonly delay: number;
  readonly front: boolean;
  readonly priority: number;
  /** Whose twin it is, where twins are kept out. */
  readonly twin: string;
}

/** How entries may come in: whole or one by one, waiting or not, as if woken or not. */
export interface GateDraft {
  readonly until: Until | undefined;
  readonly most: number | undefined;
  readonly parcels: readonly number[];
  readonly woken: boolean;
}

/** A delivery made earlier in the sequence: so many before the latest one. */
export interface HoldDraft {
  readonly back: number;
  /** `other`: of another delivery of the same task, if there is one; else one that never was. */
  readonly token: 'right' | 'other' | 'none';
}

export interface DisposalDraft extends HoldDraft {
  readonly kind: Disposal['kind'];
  readonly delay: number;
  readonly at: 'front' | 'back';
  readonly message: string;
}

/** A task of the sequence: by one of the own ids, or that of an earlier delivery. */
export type IdDraft = string | number;

export type Command =
  | { readonly do: 'put'; readonly entries: readonly EntryDraft[]; readonly gate: GateDraft }
  | { readonly do: 'take'; readonly count: number; readonly lease: number }
  | { readonly do: 'settle'; readonly disposals: readonly DisposalDraft[]; readonly rule: RetryRule }
  | {
      readonly do: 'turn';
      readonly disposals: readonly DisposalDraft[];
      readonly rule: RetryRule;
      readonly count: number;
      readonly lease: number;
    }
  | { readonly do: 'renew'; readonly holds: readonly HoldDraft[]; readonly lease: number; readonly exact: boolean }
  | { readonly do: 'handBack'; readonly what: HandBack }
  | { readonly do: 'remove'; readonly id: IdDraft }
  | { readonly do: 'dropLeased'; readonly olderThan: number }
  | { readonly do: 'removeMatching'; readonly like: number; readonly count: number }
  | { readonly do: 'failures'; readonly id: IdDraft; readonly reset: boolean }
  | { readonly do: 'pause'; readonly paused: boolean }
  | { readonly do: 'deadLetters'; readonly limit: number; readonly after: IdDraft | undefined }
  | { readonly do: 'replay'; readonly ids: readonly IdDraft[] | 'all' }
  | { readonly do: 'advance'; readonly by: number }
  | { readonly do: 'purge' | 'purgeDead' | 'stats' | 'nudge' | 'wait' | 'room' };

/** The length of a lease that is not moved. */
export const LEASE = 3_000;

const seconds = (max: number) => fc.integer({ min: 1, max }).map((s) => s * 1_000);
const mostlyNone = fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: seconds(4) });
const at = fc.constantFrom('front' as const, 'back' as const);
const own = fc.constantFrom('a', 'b', 'c', 'd');
const back = fc.nat({ max: 7 });
const someId: fc.Arbitrary<IdDraft> = fc.oneof(own, back);
const some = <T>(each: fc.Arbitrary<T>) => fc.array(each, { minLength: 1, maxLength: 4 });

const entry: fc.Arbitrary<EntryDraft> = fc.record({
  own: fc.oneof(fc.constant(undefined), own),
  delay: mostlyNone,
  front: fc.boolean(),
  priority: fc.constantFrom(0, 0, 0, 0, 1, 5, 9),
  twin: fc.constantFrom('x', 'y', 'z'),
});
const gate: fc.Arbitrary<GateDraft> = fc.record({
  until: fc.constantFrom(undefined, undefined, 'leased', 'settled'),
  most: fc.constantFrom(undefined, undefined, 1, 3, 6),
  parcels: fc.array(fc.constantFrom(1, 2, 3, -1, -2), { maxLength: 4 }),
  woken: fc.boolean(),
});
const token = fc.constantFrom('right', 'right', 'right', 'right', 'right', 'other', 'none') as fc.Arbitrary<
  HoldDraft['token']
>;
const hold: fc.Arbitrary<HoldDraft> = fc.record({ back, token });
const disposal: fc.Arbitrary<DisposalDraft> = fc.record({
  back,
  token,
  kind: fc.constantFrom('ack', 'ack', 'fail', 'fail', 'release', 'kill', 'unseen'),
  delay: mostlyNone,
  at,
  message: fc.constantFrom('', 'boom', 'two words\nand a line — ü'),
});
const rule: fc.Arbitrary<RetryRule> = fc.record({
  limit: fc.constantFrom(0, 1, 2, Number.POSITIVE_INFINITY),
  window: fc.constantFrom(0, 0, 5_000),
});
const what: fc.Arbitrary<HandBack> = fc.record({
  which: fc.constantFrom('expired', 'expired', 'any'),
  olderThan: fc.constantFrom(0, 0, 2_000),
  at,
  lease: fc.constant(LEASE),
});
const lease = fc.constant(LEASE);
const count = fc.integer({ min: 1, max: 5 });

const plain = (name: (Command & { entries?: never })['do']) => fc.constant({ do: name } as Command);
const command = (weight: number, arbitrary: fc.Arbitrary<unknown>) => ({
  weight,
  arbitrary: arbitrary as fc.Arbitrary<Command>,
});

const one = fc.oneof(
  command(8, fc.record({ do: fc.constant('put'), entries: some(entry), gate })),
  command(8, fc.record({ do: fc.constant('take'), count, lease })),
  command(8, fc.record({ do: fc.constant('settle'), disposals: some(disposal), rule })),
  command(3, fc.record({ do: fc.constant('turn'), disposals: some(disposal), rule, count, lease })),
  command(3, fc.record({ do: fc.constant('renew'), holds: some(hold), lease: seconds(6), exact: fc.boolean() })),
  command(5, fc.record({ do: fc.constant('handBack'), what })),
  command(6, fc.record({ do: fc.constant('remove'), id: someId })),
  command(1, fc.record({ do: fc.constant('dropLeased'), olderThan: mostlyNone })),
  command(
    2,
    fc.record({
      do: fc.constant('removeMatching'),
      like: fc.constantFrom(0, 0, 1, 2),
      count: fc.integer({ min: -2, max: 2 }),
    }),
  ),
  command(2, fc.record({ do: fc.constant('failures'), id: someId, reset: fc.boolean() })),
  command(2, fc.record({ do: fc.constant('pause'), paused: fc.boolean() })),
  command(2, fc.record({ do: fc.constant('deadLetters'), limit: count, after: fc.option(someId, { nil: undefined }) })),
  command(2, fc.record({ do: fc.constant('replay'), ids: fc.oneof(fc.constant('all'), fc.array(someId)) })),
  command(6, fc.record({ do: fc.constant('advance'), by: seconds(5) })),
  command(1, plain('purge')),
  command(1, plain('purgeDead')),
  command(1, plain('stats')),
  command(1, plain('nudge')),
  command(3, plain('wait')),
  command(3, plain('room')),
);

/** Up to 60 commands; `size` keeps the long ones from being rare. */
export const sequence: fc.Arbitrary<Command[]> = fc.array(one, { minLength: 1, maxLength: 60, size: 'max' });
