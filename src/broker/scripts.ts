import { createHash } from 'node:crypto';
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
import type { KeyName } from './keys.ts';

/** A transition as Redis runs it. Which keys it takes, in which order, is said in its header and nowhere else. */
export interface Script {
  readonly text: string;
  readonly sha: string;
  readonly keys: readonly KeyName[];
}

const script = (text: string): Script => ({
  text,
  sha: createHash('sha1').update(text).digest('hex'),
  keys: [...text.matchAll(/^ *KEYS\[\d+\] +(\w+)/gm)].map(([, name]) => name as KeyName),
});

export const scripts = {
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
