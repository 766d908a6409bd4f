import append from '../../lua/append.lua';
import deadLetters from '../../lua/deadLetters.lua';
import dropLeased from '../../lua/dropLeased.lua';
import failures from '../../lua/failures.lua';
import handBack from '../../lua/handBack.lua';
import matching from '../../lua/matching.lua';
import nudge from '../../lua/nudge.lua';
import aged from '../../lua/parts/aged.lua';
import bears from '../../lua/parts/bears.lua';
import carry from '../../lua/parts/carry.lua';
import claim from '../../lua/parts/claim.lua';
import forget from '../../lua/parts/forget.lua';
import known from '../../lua/parts/known.lua';
import line from '../../lua/parts/line.lua';
import sound from '../../lua/parts/sound.lua';
import pause from '../../lua/pause.lua';
import plain from '../../lua/plain.lua';
import purge from '../../lua/purge.lua';
import purgeDead from '../../lua/purgeDead.lua';
import put from '../../lua/put.lua';
import remove from '../../lua/remove.lua';
import renew from '../../lua/renew.lua';
import replay from '../../lua/replay.lua';
import settle from '../../lua/settle.lua';
import stats from '../../lua/stats.lua';
import take from '../../lua/take.lua';
import { compose, sequence } from './script.ts';

const script = compose({ aged, bears, carry, claim, forget, known, line, sound });

const transitions = {
  append: script(append),
  deadLetters: script(deadLetters),
  dropLeased: script(dropLeased),
  failures: script(failures),
  handBack: script(handBack),
  matching: script(matching),
  nudge: script(nudge),
  pause: script(pause),
  plain: script(plain),
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
