import { plural } from '../format.ts';
import type { Keys, Target } from '../redis.ts';
import { scripts } from '../scripts.ts';
import { type Finding, ok, problem, warning } from './finding.ts';

// What queues and pools have in common: keys of a type each, most of them with ids of tasks in them.

/** The Redis type of each key, by the key's name. */
export type Types = Readonly<Record<string, string>>;

export interface ExamOptions {
  /** Whether to put in order what can be. */
  readonly repair: boolean;
  readonly signal: AbortSignal;
}

/** Ids per step. */
export const STEP = 500;

/** What was found, or that nothing was; also when a script refuses. */
export const orderly = async (name: string, exam: () => Promise<Finding[]>): Promise<Finding[]> => {
  try {
    const found = await exam();
    return found.length > 0 ? found : [ok(name, 'in order')];
  } catch (error) {
    return [problem(name, (error as Error).message, 'see what the message says')];
  }
};

export const wrongTypes = async (
  target: Target,
  owner: string,
  keys: Keys,
  present: readonly string[],
  types: Types,
): Promise<Finding[]> => {
  const known = present.filter((name) => name in types);
  const found = await Promise.all(known.map((name) => target.call('TYPE', keys[name] as string)));
  const advice = 'something else writes there: RENAME that key, or use another prefix or name';
  return known.flatMap((name, i) => {
    if (found[i] === types[name] || found[i] === 'none') return [];
    return [problem(owner, `${keys[name]} is a ${found[i]}, not a ${types[name]}`, advice)];
  });
};

export const unknownKeys = (owner: string, present: readonly string[], types: Types): Finding[] => {
  const unknown = present.filter((name) => !(name in types));
  const found: Finding[] = [];
  if (unknown.length > 0) {
    const advice = 'of a newer version, or of something else: see who writes them';
    found.push(warning(owner, `unknown keys: ${unknown.join(', ')}`, advice));
  }
  if (!present.includes('meta')) {
    const advice =
      'its meta key was deleted by hand: what is known of pauses and removals went with it; the next put makes it anew';
    found.push(warning(owner, 'has no meta key', advice));
  }
  return found;
};

/** Ids that stand somewhere and are of no task. */
export class Strays {
  readonly #target: Target;
  readonly #owner: string;
  readonly #keys: Keys;
  readonly #layout: string;
  readonly #options: ExamOptions;

  /** `keys`: what holds the tasks is called `tasks`. */
  constructor(target: Target, owner: string, keys: Keys, layout: string, options: ExamOptions) {
    this.#target = target;
    this.#owner = owner;
    this.#keys = keys;
    this.#layout = layout;
    this.#options = options;
  }

  async findings(places: readonly string[]): Promise<Finding[]> {
    const found: Finding[] = [];
    for (const place of places) {
      const ids = await this.#find(place);
      if (ids.size === 0) continue;
      const what = `${plural(ids.size, 'id')} in ${place} of no task: ${sample(ids)}`;
      const advice = 'leftovers of keys that were deleted by hand: millrace doctor --repair erases them';
      if (place === 'ready') found.push(warning(this.#owner, what, 'consumers skip them: nothing need be done'));
      else if (!this.#options.repair) found.push(problem(this.#owner, what, advice));
      else found.push(ok(this.#owner, `${what}: ${await this.#erase(place, [...ids])} erased`));
    }
    return found;
  }

  async #find(place: string): Promise<Set<string>> {
    const found = new Set<string>();
    let cursor = '0';
    do {
      const reply = await this.#target.run(scripts.strays, this.#at(place), [this.#layout, cursor, STEP]);
      const [next, , ids] = reply as [Buffer, number, Buffer[]];
      for (const id of ids) found.add(String(id));
      cursor = String(next);
    } while (cursor !== '0' && !this.#options.signal.aborted);
    return found;
  }

  async #erase(place: string, ids: readonly string[]): Promise<number> {
    let erased = 0;
    for (let i = 0; i < ids.length; i += STEP) {
      const args = [this.#layout, ...ids.slice(i, i + STEP)];
      erased += (await this.#target.run(scripts.erase, this.#at(place), args)) as number;
    }
    return erased;
  }

  #at(place: string): Keys {
    return { ...this.#keys, place: this.#keys[place] as string };
  }
}

/** A few of them, in words. */
export const sample = (ids: ReadonlySet<string>): string => {
  const shown = [...ids].slice(0, 3).join(', ');
  return ids.size > 3 ? `${shown} …` : shown;
};
