import type { Disposal, Outcome, RetryRule } from './broker.ts';
import type { Argument } from './call.ts';
import { LAYOUT } from './keys.ts';

// The arguments of the settle script, and its answers; their shapes are said in its header.

const FOREVER = '1e15'; // failures that are never reached
const AGAIN = 3; // where it says whether this may be a repetition

/** A number alone: so many acks, all of which took effect. */
export type SettleReply = number | readonly Outcome[];

export const settleArgs = (disposals: readonly Disposal[], { limit, window }: RetryRule): Argument[] => {
  const acks: string[] = [];
  const tokens: string[] = [];
  let returned = false;
  const args: Argument[] = [LAYOUT, Number.isFinite(limit) ? limit : FOREVER, window, 0, '', ''];
  for (const disposal of disposals) {
    const { id, token, kind } = disposal;
    if (kind === 'ack') {
      acks.push(id);
      tokens.push(token);
      returned ||= token !== '';
    } else {
      const { dead, at, delay, message } = disposal;
      args.push(id, token, kind === 'kill' ? dead : kind, `${at === 'front' ? 'f' : 'b'}${delay}`, message);
    }
  }
  args[4] = JSON.stringify(acks);
  if (returned) args[5] = JSON.stringify(tokens);
  return args;
};

const NONE = '[]';

/** The arguments of the plain script, from those of settle and take; undefined when these ask for more than it can. */
export const plainArgs = (settled: readonly Argument[], taken: readonly Argument[]): Argument[] | undefined => {
  const [, , , , acks = NONE, tokens, ...others] = settled;
  const [layout = '', count = 0, lease = 0, age] = taken;
  const plain = acks !== NONE && tokens === '' && others.length === 0 && age === '';
  return plain ? [layout, 0, acks, count, lease] : undefined;
};

/** From now on these arguments are a repetition; `offset`: where in a longer list they begin. */
export const markAgain = (args: Argument[], offset: number): void => {
  args[offset + AGAIN] = 1;
};

/** Redis hears the acks first; the answers go back in the order of the questions. */
export const readOutcomes = (reply: SettleReply, disposals: readonly Disposal[]): readonly Outcome[] => {
  if (typeof reply === 'number') return new Array<Outcome>(reply).fill(1);
  const acks = disposals.reduce((sum, { kind }) => sum + (kind === 'ack' ? 1 : 0), 0);
  if (acks === disposals.length) return reply;
  let [ack, other] = [0, acks];
  return disposals.map(({ kind }) => reply[kind === 'ack' ? ack++ : other++] ?? 0);
};
