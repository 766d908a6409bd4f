import { Command, Option } from 'commander';
import { DEAD_REASONS } from '../../task.ts';
import * as parse from '../arguments.ts';
import { DONE, type Exit, FAILED, misuse, need } from '../exit.ts';
import { plural } from '../format.ts';
import { Inspector, type Seen } from '../inspector.ts';
import { Progress } from '../progress.ts';
import { acts, type Session } from '../session.ts';
import { columns, recordOf } from './peek.ts';

const ACTIONS = ['list', 'replay', 'purge'] as const;

export const dead = (): Command =>
  new Command('dead')
    .description('The dead letters of a queue: list them, put them back in line, or forget them.')
    .argument('<queue>', 'name of the queue')
    .argument('<action>', `what to do: ${ACTIONS.join(', ')}`)
    .argument('[id...]', 'only these')
    .addOption(new Option('--reason <reason>', 'only those that died of it').choices(DEAD_REASONS))
    .option('--older-than <time>', 'only those dead for so long at least', parse.duration)
    .option('--count <n>', 'how many at most; default all', parse.count())
    .option('--yes', 'purge without asking')
    .addHelpText(
      'after',
      `
Oldest death first. replay forgets their failures: they begin anew.

Examples:
  millrace dead mails list --reason retry-limit
  millrace dead mails replay --older-than 10m
  millrace dead mails replay order-7 order-8
  millrace dead mails purge --reason undecodable --yes`,
    )
    .action(acts(run));

interface Options {
  readonly reason?: string;
  readonly olderThan?: number;
  readonly count?: number;
  readonly yes?: boolean;
}

const run = async (
  session: Session,
  name: string,
  action: (typeof ACTIONS)[number],
  ids: readonly string[],
  options: Options,
): Promise<Exit> => {
  if (!ACTIONS.includes(action)) throw misuse(`dead cannot ${action}, expected ${ACTIONS.join(', ')}`);
  const { reason, olderThan, count } = options;
  if (ids.length > 0 && (reason ?? olderThan ?? count) !== undefined)
    throw misuse('--reason, --older-than and --count choose; ids are chosen already');
  const letters = await Letters.of(session, name);
  if (action === 'list') return list(session, letters, ids, options);
  if (action === 'purge') {
    const which = ids.length > 0 ? plural(ids.length, 'dead letter') : 'the dead letters';
    await session.confirm(`This forgets ${which} of ${name} for good.`, options.yes);
  }
  const done = await letters.each(ids, options, action === 'replay' ? letters.replay : letters.bury);
  const what = action === 'replay' ? 'put back in line' : 'forgotten';
  await session.out.say({ queue: name, [action]: done }, `${plural(done, 'dead letter')} ${what}`);
  return done === 0 || done < ids.length ? FAILED : DONE;
};

const list = async (session: Session, letters: Letters, ids: readonly string[], options: Options): Promise<Exit> => {
  const { out } = session;
  const shown = await letters.each(
    ids,
    options,
    async (page) => {
      const tasks = await letters.read(page);
      if (out.json) for (const task of tasks) await out.say(recordOf('dead', task), '');
      else await out.list(tasks, columns(session, 'dead'));
      return tasks.length;
    },
    false,
  );
  if (shown === 0 && !session.signal.aborted) out.note('millrace: no such dead letter');
  return shown === 0 || shown < ids.length ? FAILED : DONE;
};

class Letters {
  readonly #session: Session;
  readonly #inspector: Inspector;
  readonly replay: (ids: readonly string[]) => Promise<number>;
  readonly bury: (ids: readonly string[]) => Promise<number>;

  private constructor(session: Session, inspector: Inspector, replay: (ids: readonly string[]) => Promise<number>) {
    this.#session = session;
    this.#inspector = inspector;
    this.replay = replay;
    this.bury = (ids) => inspector.bury(ids);
  }

  static async of(session: Session, name: string): Promise<Letters> {
    const queue = await session.queue(name);
    const inspector = new Inspector(await session.redis(), session.prefix, name);
    return new Letters(session, inspector, async (ids) => need(await queue.dead.replay(ids)));
  }

  /** Does something with all that are chosen, page by page; `leave`: they are gone from the dead ones afterwards. */
  async each(
    ids: readonly string[],
    { reason = '', olderThan = 0, count = Number.POSITIVE_INFINITY }: Options,
    act: (ids: readonly string[]) => Promise<number>,
    leave = true,
  ): Promise<number> {
    if (ids.length > 0) return this.#given(ids, act);
    const progress = new Progress({ title: 'dead letters', total: undefined });
    let [done, skip, looked] = [0, 0, 1_000];
    while (looked === 1_000 && done < count && !this.#session.signal.aborted) {
      const page = await this.#inspector.graves(reason, olderThan, skip);
      looked = page.looked;
      const chosen = page.ids.slice(0, count - done);
      const acted = chosen.length === 0 ? 0 : await act(chosen);
      done += acted;
      skip += looked - (leave ? acted : 0);
      progress.update(done);
    }
    progress.end();
    return done;
  }

  async read(ids: readonly string[]): Promise<Seen[]> {
    const found = await Promise.all(ids.map((id) => this.#inspector.show(id)));
    return found.filter((task) => task !== undefined).filter(({ state }) => state === 'dead');
  }

  async #given(ids: readonly string[], act: (ids: readonly string[]) => Promise<number>): Promise<number> {
    let done = 0;
    for (let i = 0; i < ids.length; i += 1_000) done += await act(ids.slice(i, i + 1_000));
    return done;
  }
}
