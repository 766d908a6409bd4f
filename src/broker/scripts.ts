import deadLetters from '../../lua/deadLetters.lua';
import handBack from '../../lua/handBack.lua';
import nudge from '../../lua/nudge.lua';
import pause from '../../lua/pause.lua';
import purge from '../../lua/purge.lua';
import purgeDead from '../../lua/purgeDead.lua';
import put from '../../lua/put.lua';
import remove from '../../lua/remove.lua';
import renew from '../../lua/renew.lua';
import replay from '../../lua/replay.lua';
import settle from '../../lua/settle.lua';
import stats from '../../lua/stats.lua';
import take from '../../lua/take.lua';
import { script, sequence } from './script.ts';

const transitions = {
  deadLetters: script(deadLetters),
  handBack: script(handBack),
  nudge: script(nudge),
  pause: script(pause),
  purge: script(purge),
  purgeDead: script(purgeDead),
  put: script(put),
  remove: script(remove),
  renew: script(renew),
  replay: script(replay),
  settle: script(settle),
  stats: script(stats),
  take: script(take),
} as const;

export const scripts = {
  ...transitions,
  /** What a consumer at work asks for: settle the last tasks and take the next ones, in one round trip. */
  turn: sequence(transitions.settle, transitions.take),
} as const;
