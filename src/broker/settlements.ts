import type { Disposal, Outcome, RetryRule } from './broker.ts';
import type { Argument } from './call.ts';
import { LAYOUT } from './keys.ts';

// The arguments of the settle script, and its answers; their shapes are said in its header.

const FOREVER = '1e15'; // failures that are never reached
const AGAIN = 3; // where it says whether this may be a repetition

export const settleArgs = (disposals: readonly Disposal[], { limit, window }: RetryRule): Argument[] => {
  const acks: string[] = [];
  const args: Argument[] = [LAYOUT, Number.isFinite(limit) ? limit : FOREVER, window, 0, ''];
  for (const { id, token, kind, dead, at, delay, message } of disposals) {
    if (kind === 'ack') acks.push(id, token);
    else args.push(id, token, kind === 'kill' ? dead : kind, `${at === 'front' ? 'f' : 'b'}${delay}`, message);
  }
  args[4] = JSON.stringify(acks);
  return args;
};

/** From now on these arguments are a repetition; `offset`: where in a longer list they begin. */
export const markAgain = (args: Argument[], offset: number): void => {
  args[offset + AGAIN] = 1;
};

/** Redis hears the acks first; the answers go back in the order of the questions. */
export const readOutcomes = (outcomes: readonly Outcome[], disposals: readonly Disposal[]): readonly Outcome[] => {
  const acks = disposals.reduce((sum, { kind }) => sum + (kind === 'ack' ? 1 : 0), 0);
  if (acks === disposals.length) return outcomes;
  let [ack, other] = [0, acks];
  return disposals.map(({ kind }) => outcomes[kind === 'ack' ? ack++ : other++] ?? 0);
};
