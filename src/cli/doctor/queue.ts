import { keysOf, LAYOUT } from '../../broker/keys.ts';
import { plural } from '../format.ts';
import type { Keys, Target } from '../redis.ts';
import { scripts } from '../scripts.ts';
import { type Finding, ok, problem, warning } from './finding.ts';
import { type ExamOptions, orderly, STEP, Strays, sample, type Types, unknownKeys, wrongTypes } from './keys.ts';

/** What each key is. */
const TYPES: Types = {
  tasks: 'hash',
  ready: 'list',
  urgent: 'zset',
  priorities: 'hash',
  delayed: 'zset',
  leases: 'zset',
  held: 'hash',
  returns: 'hash',
  failures: 'hash',
  dead: 'zset',
  deadReturns: 'hash',
  ghosts: 'hash',
  twins: 'hash',
  digests: 'hash',
  wake: 'zset',
  room: 'zset',
  totals: 'hash',
  meta: 'hash',
};

/** Keys that have ids of tasks in them. */
const PLACES = [
  'ready',
  'urgent',
  'delayed',
  'leases',
  'dead',
  'deadReturns',
  'priorities',
  'held',
  'returns',
  'failures',
  'digests',
];

/** Tasks for each of which the whole line is searched, per step. */
const FEW = 20;

/** The keys of one queue, examined in bounded steps while it is in use; with `repair`, put in order. */
export class QueueExam {
  readonly #target: Target;
  readonly #name: string;
  readonly #keys: Keys;
  readonly #options: ExamOptions;

  constructor(target: Target, prefix: string, name: string, options: ExamOptions) {
    this.#target = target;
    this.#name = name;
    this.#keys = keysOf(prefix, name);
    this.#options = options;
  }

  /** `present`: the names of its keys that there are. */
  async findings(present: readonly string[]): Promise<Finding[]> {
    const wrong = await wrongTypes(this.#target, this.#name, this.#keys, present, TYPES);
    if (wrong.length > 0) return wrong; // its scripts would refuse, too
    const strays = new Strays(this.#target, this.#name, { ...this.#keys }, LAYOUT, this.#options);
    return orderly(this.#name, async () => [
      ...unknownKeys(this.#name, present, TYPES),
      ...(await this.#leases()),
      ...(await strays.findings(PLACES)),
      ...(await this.#homeless()),
    ]);
  }

  async #leases(): Promise<Finding[]> {
    const [, , late = 0] = await this.#census();
    if (late === 0) return [];
    const many = late === 1_000 ? '1,000 or more leases' : plural(late, 'lease');
    return [
      warning(
        this.#name,
        `${many} ran out more than a minute ago`,
        `no consumer is there to sweep: start one, or millrace sweep ${this.#name}`,
      ),
    ];
  }

  /** Only where numbers do not agree is it worth to look at every task. */
  async #homeless(): Promise<Finding[]> {
    const [tasks = 0, places = 0] = await this.#census();
    if (tasks <= places) return [];
    const lost = await this.#search();
    if (lost.size === 0) return [];
    const what = `${plural(lost.size, 'task')} in no place: ${sample(lost)}`;
    if (this.#options.repair) return [ok(this.#name, `${what}: back in line`)];
    return [problem(this.#name, what, 'no consumer will ever get them: millrace doctor --repair puts them in line')];
  }

  async #search(): Promise<Set<string>> {
    const [listed, lost] = [await this.#line(), new Set<string>()];
    let cursor = '0';
    do {
      const reply = await this.#target.run(scripts.homeless, this.#keys, [LAYOUT, cursor, STEP]);
      const [next, ids] = reply as [Buffer, Buffer[]];
      const suspects = ids.map(String).filter((id) => !listed.has(id));
      for (let i = 0; i < suspects.length; i += FEW) {
        const args = [LAYOUT, this.#options.repair ? 1 : 0, ...suspects.slice(i, i + FEW)];
        for (const id of (await this.#target.run(scripts.rehouse, this.#keys, args)) as Buffer[]) lost.add(String(id));
      }
      cursor = String(next);
    } while (cursor !== '0' && !this.#options.signal.aborted);
    return lost;
  }

  /** All that stands in the list, read page by page. */
  async #line(): Promise<Set<string>> {
    const ids = new Set<string>();
    for (let from = 0; !this.#options.signal.aborted; from += 1_000) {
      const page = (await this.#target.call('LRANGE', this.#keys.ready as string, from, from + 999)) as string[];
      for (const id of page) ids.add(id);
      if (page.length < 1_000) break;
    }
    return ids;
  }

  async #census(): Promise<number[]> {
    return (await this.#target.run(scripts.census, this.#keys, [LAYOUT])) as number[];
  }
}
