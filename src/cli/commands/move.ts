import { Command } from 'commander';
import { keysOf, LAYOUT } from '../../broker/keys.ts';
import * as parse from '../arguments.ts';
import { CliError, DONE, type Exit, FAILED, misuse } from '../exit.ts';
import { plural } from '../format.ts';
import { Progress } from '../progress.ts';
import type { Keys, Target } from '../redis.ts';
import { scripts } from '../scripts.ts';
import { acts, type Session } from '../session.ts';

export const move = (): Command =>
  new Command('move')
    .description('Move waiting tasks from one queue to the back of another.')
    .argument('<from>', 'name of the queue they are in')
    .argument('<to>', 'name of the queue they go to')
    .option('--count <n>', 'how many at most; default all that wait', parse.count())
    .addHelpText(
      'after',
      `
In order: urgent ones, ready ones, then delayed ones, which stay delayed. They keep their ids, headers, priorities,
failures and times. Up to 1,000 move in one atomic step. A task whose id is in the other queue already stays.
In a Cluster both queues have to be in one slot: give them a prefix with a hash tag, such as {shop}.

Examples:
  millrace move mails mails-old
  millrace move mails canary --count 10`,
    )
    .action(acts(run));

/** Most tasks in one step. */
const STEP = 1_000;
const PLACES = ['urgent', 'ready', 'delayed'] as const;

const run = async (session: Session, from: string, to: string, { count }: { count?: number }): Promise<Exit> => {
  const { signal, out } = session;
  if (from === to) throw misuse('both queues are the same');
  const target = await session.redis();
  const source = await session.queue(from);
  await session.queue(to); // its name is checked
  const keys = keysOfBoth(session.prefix, from, to);
  if (target.isCluster) await oneSlot(target, keys, from, to);
  const { ready, delayed } = (await source.stats()).unwrap();
  // What is put meanwhile need not move; else two who move to and fro would never end.
  const most = Math.min(count ?? Number.POSITIVE_INFINITY, ready + delayed);
  const progress = new Progress({ title: `move ${from}`, total: most });
  let [moved, stayed] = [0, 0];
  for (const place of PLACES) {
    let skip = 0;
    for (let looked = STEP; looked > 0 && moved < most && skip < STEP && !signal.aborted; ) {
      const args = [LAYOUT, place, skip, Math.min(STEP - skip, most - moved)];
      const [gone = 0, left = 0, seen = 0] = (await target.run(scripts.move, keys, args)) as number[];
      moved += gone;
      skip += left;
      looked = seen;
      progress.update(moved);
    }
    stayed += skip;
  }
  progress.end();
  if (stayed > 0)
    out.note(`millrace: ${plural(stayed, 'task')} stayed: their ids, or their twins, are in ${to} already`);
  await out.say({ from, to, moved, stayed }, `${plural(moved, 'task')} moved from ${from} to ${to}`);
  return moved === 0 || stayed > 0 || signal.aborted ? FAILED : DONE;
};

const keysOfBoth = (prefix: string, from: string, to: string): Keys => {
  const theirs = Object.entries(keysOf(prefix, from)).map(([name, key]) => [
    `from${name[0]?.toUpperCase()}${name.slice(1)}`,
    key,
  ]);
  return { ...keysOf(prefix, to), ...Object.fromEntries(theirs) };
};

const oneSlot = async (target: Target, keys: Keys, from: string, to: string): Promise<void> => {
  const slots = await Promise.all(
    [keys.meta, keys.fromMeta].map((key) => target.call('CLUSTER', 'KEYSLOT', key as string)),
  );
  if (slots[0] === slots[1]) return;
  const advice = 'a prefix with a hash tag, such as {shop}, keeps queues together';
  throw new CliError(
    2,
    `${from} and ${to} are in different slots of the Cluster, so nothing can move in one step: ${advice}`,
  );
};
