import { createHash } from 'node:crypto';
import type { Script } from '../../src/broker/script.ts';

// Only the server's clock decides anything, and no server lets its clock be set. So for these specs the one
// call in the scripts that reads it reads this key instead; nothing else about them changes.

export const CLOCK = 'millrace-spec:clock';

export type Scripts = Readonly<Record<string, Script>>;

const READS = "redis.call('TIME')";
const INSTEAD = `redis.call('LRANGE', '${CLOCK}', 0, 1)`;

/** Lets all scripts read the clock from a key, a list of seconds and µs. Answers how to undo that. */
export const takeClock = (scripts: Scripts): (() => void) => {
  const undo = Object.values(scripts).map((script) => {
    const { text, sha } = script;
    const patched = text.replaceAll(READS, INSTEAD);
    Object.assign(script, { text: patched, sha: createHash('sha1').update(patched).digest('hex') });
    return () => Object.assign(script, { text, sha });
  });
  return () => {
    for (const each of undo) each();
  };
};

/** Whether every reading of a clock in the scripts is one that `takeClock` reaches. */
export const clockReadings = (scripts: Scripts): { readonly found: number; readonly reached: number } => {
  const all = Object.values(scripts).map(({ text }) => text);
  const times = (pattern: RegExp): number => all.reduce((sum, text) => sum + (text.match(pattern)?.length ?? 0), 0);
  return { found: times(/\bTIME\b(?=['"])/g), reached: times(/redis\.call\('TIME'\)/g) };
};
