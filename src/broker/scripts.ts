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

/** Several transitions in one call, one after the other; each finds the keys and arguments it knows. */
const sequence = (...parts: readonly Script[]): Script => {
  const keys = [...new Set(parts.flatMap((part) => part.keys))];
  const steps = parts.map(
    (part, i) => `
local function step${i + 1}(KEYS, ARGV)
${part.text}
end`,
  );
  const calls = parts.map((part, i) => {
    const own = part.keys.map((name) => `KEYS[${keys.indexOf(name) + 1}]`);
    return `answers[${i + 1}] = step${i + 1}({ ${own.join(', ')} }, args[${i + 1}])
  if answers[${i + 1}].err then return answers[${i + 1}] end`;
  });
  // ARGV: how many arguments each step has, then the arguments of each.
  const text = `${steps.join('')}
local args, at = {}, ${parts.length}
for i = 1, ${parts.length} do
  args[i] = {}
  for k = 1, ARGV[i] do args[i][k] = ARGV[at + k] end
  at = at + ARGV[i]
end
local answers = {}
${calls.join('\n')}
return answers`;
  return { text, keys, sha: createHash('sha1').update(text).digest('hex') };
};

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
