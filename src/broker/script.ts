import { createHash } from 'node:crypto';

/** A transition as Redis runs it. Which keys it takes, in which order, is said in its header and nowhere else. */
export interface Script {
  readonly text: string;
  readonly sha: string;
  readonly keys: readonly string[];
}

const hashed = (text: string, keys: readonly string[]): Script => ({
  text,
  keys,
  sha: createHash('sha1').update(text).digest('hex'),
});

/**
 * How texts become scripts. Redis has no modules for them: `Includes known, line.` in a header puts the parts of
 * these names in: behind the names of the keys, which they use, or in front of a script that names none.
 */
export const compose =
  (parts: Readonly<Record<string, string>>) =>
  (own: string): Script => {
    const names = /^ *Includes ([\w, ]+)\./m.exec(own)?.[1]?.split(/, */) ?? [];
    const included = names.map((name) => parts[name]).join('');
    const named = /unpack\(KEYS\)\n/;
    const text = named.test(own) ? own.replace(named, (line) => line + included) : included + own;
    return hashed(
      text,
      [...own.matchAll(/^ *KEYS\[\d+\] +(\w+)/gm)].map(([, name = '']) => name),
    );
  };

/** The script of a text that includes no others. */
export const script = compose({});

/** Several transitions in one call, one after the other; each finds the keys and arguments it knows. */
export const sequence = (...parts: readonly Script[]): Script => {
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
  if type(answers[${i + 1}]) == 'table' and answers[${i + 1}].err then return answers[${i + 1}] end`;
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
  return hashed(text, keys);
};
