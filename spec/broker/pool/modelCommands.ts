import * as fc from 'fast-check';
import type { Disposal } from '../../../src/broker/broker.ts';

// What may be done to a pool, at random. As for queues, times are whole seconds and the clock moves on by one
// millisecond per command: no two commands ever meet at the same moment, and order is never left to chance.

/** A delivery made earlier in the sequence: so many before the latest one. */
export interface HoldDraft {
  readonly back: number;
  /** `other`: of another delivery of the same member, if there is one. */
  readonly token: 'right' | 'other';
}

export interface DisposalDraft extends HoldDraft {
  readonly kind: Disposal['kind'];
  readonly dead: 'killed' | 'undecodable';
  readonly delay: number;
  readonly at: 'front' | 'back';
}

export type Command =
  | { readonly do: 'add'; readonly ids: readonly string[] }
  | { readonly do: 'take'; readonly count: number }
  | { readonly do: 'settle'; readonly disposals: readonly DisposalDraft[] }
  | { readonly do: 'turn'; readonly disposals: readonly DisposalDraft[]; readonly count: number }
  | { readonly do: 'renew'; readonly holds: readonly HoldDraft[]; readonly lease: number; readonly exact: boolean }
  | { readonly do: 'delete' | 'has'; readonly id: string }
  | { readonly do: 'advance'; readonly by: number }
  | { readonly do: 'stats' | 'clear' | 'nudge' | 'wait' };

const seconds = (max: number) => fc.integer({ min: 1, max }).map((s) => s * 1_000);
const some = <T>(each: fc.Arbitrary<T>) => fc.array(each, { minLength: 1, maxLength: 4 });
const id = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const count = fc.integer({ min: 1, max: 4 });

const draft = {
  back: fc.nat({ max: 5 }),
  token: fc.constantFrom('right', 'right', 'right', 'other') as fc.Arbitrary<HoldDraft['token']>,
};
const disposal: fc.Arbitrary<DisposalDraft> = fc.record({
  ...draft,
  kind: fc.constantFrom('ack', 'ack', 'fail', 'fail', 'release', 'kill', 'unseen'),
  dead: fc.constantFrom('killed', 'undecodable'),
  delay: fc.oneof(fc.constant(0), seconds(4)),
  at: fc.constantFrom('front', 'back'),
});

const command = (weight: number, arbitrary: fc.Arbitrary<unknown>) => ({
  weight,
  arbitrary: arbitrary as fc.Arbitrary<Command>,
});

const one = fc.oneof(
  command(6, fc.record({ do: fc.constant('add'), ids: some(id) })),
  command(8, fc.record({ do: fc.constant('take'), count })),
  command(8, fc.record({ do: fc.constant('settle'), disposals: some(disposal) })),
  command(3, fc.record({ do: fc.constant('turn'), disposals: some(disposal), count })),
  command(
    3,
    fc.record({ do: fc.constant('renew'), holds: some(fc.record(draft)), lease: seconds(6), exact: fc.boolean() }),
  ),
  command(2, fc.record({ do: fc.constant('delete'), id })),
  command(1, fc.record({ do: fc.constant('has'), id })),
  command(6, fc.record({ do: fc.constant('advance'), by: seconds(5) })),
  command(1, fc.record({ do: fc.constantFrom('stats', 'stats', 'clear', 'nudge') })),
  command(3, fc.record({ do: fc.constant('wait') })),
);

/** Up to 60 commands; `size` keeps the long ones from being rare. */
export const sequence: fc.Arbitrary<Command[]> = fc.array(one, { minLength: 1, maxLength: 60, size: 'max' });
