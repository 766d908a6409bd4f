import add from '../../../lua/pool/add.lua';
import clear from '../../../lua/pool/clear.lua';
import remove from '../../../lua/pool/delete.lua';
import has from '../../../lua/pool/has.lua';
import nudge from '../../../lua/pool/nudge.lua';
import renew from '../../../lua/pool/renew.lua';
import settle from '../../../lua/pool/settle.lua';
import stats from '../../../lua/pool/stats.lua';
import take from '../../../lua/pool/take.lua';
import { script, sequence } from '../script.ts';

const transitions = {
  add: script(add),
  clear: script(clear),
  delete: script(remove),
  has: script(has),
  nudge: script(nudge),
  renew: script(renew),
  settle: script(settle),
  stats: script(stats),
  take: script(take),
} as const;

export const scripts = {
  ...transitions,
  /** Settle the last deliveries and take the next ones, in one round trip. */
  turn: sequence(transitions.settle, transitions.take),
} as const;
