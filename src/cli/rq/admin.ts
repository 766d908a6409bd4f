import { Command } from 'commander';
import { RqQueue } from '../../rq/queue.ts';
import { DONE, type Exit, FAILED, misuse, need } from '../exit.ts';
import { plural } from '../format.ts';
import { acts, type Session } from '../session.ts';
import { type Common, common, fetch, open, queueOption } from './common.ts';

const REGISTRIES = ['started', 'finished', 'failed', 'deferred', 'scheduled', 'canceled'] as const;

export const info = (): Command =>
  common(new Command('info'))
    .description('How many jobs are where.')
    .argument('[queue...]', 'names of queues; default: all there are')
    .addHelpText(
      'after',
      `
Without a terminal: a line per queue, parted by tabs: queue, queued, ${REGISTRIES.join(', ')}.

Examples:
  millrace rq info
  millrace rq info default --json`,
    )
    .action(acts(runInfo));

const runInfo = async (session: Session, names: readonly string[], { serializer }: Common): Promise<Exit> => {
  const { connection } = await session.redis();
  const all = names.length > 0 ? names : need(await RqQueue.all(connection as string));
  const rows = await Promise.all(
    all.map(async (name) => {
      const queue = await open(session, name, serializer);
      const counts = await Promise.all(
        REGISTRIES.map(async (each) => [each, need(await queue[each].count())] as const),
      );
      return { queue: name, queued: need(await queue.count()), ...Object.fromEntries(counts) };
    }),
  );
  if (rows.length === 0) {
    session.out.note('millrace: RQ has no queue there');
    return FAILED;
  }
  const titles = ['queued', ...REGISTRIES];
  await session.out.list(rows, [
    { title: 'queue', of: ({ queue }) => queue, paint: session.out.colors.bold },
    ...titles.map((title) => ({ title, of: (row: object) => Number(Reflect.get(row, title)), right: true })),
  ]);
  return DONE;
};

export const requeue = (): Command =>
  queueOption(new Command('requeue'))
    .description('Run failed jobs again.')
    .argument('[id...]', 'ids of the jobs')
    .option('--all', 'all that failed')
    .option('--front', 'to the front of the queue')
    .addHelpText('after', '\nExamples:\n  millrace rq requeue --all --queue mails\n  millrace rq requeue 6f1c0a3e')
    .action(acts(runRequeue));

const runRequeue = async (
  session: Session,
  ids: readonly string[],
  { queue: name, serializer, all, front }: Common & { all?: boolean; front?: boolean },
): Promise<Exit> => {
  if (all === true ? ids.length > 0 : ids.length === 0) throw misuse('rq requeue needs ids of jobs, or --all');
  const queue = await open(session, name, serializer);
  const count = need(await queue.requeue(all ? undefined : ids, { atFront: front ?? false }));
  await session.out.say({ queue: name, requeued: count }, `${plural(count, 'job')} enqueued again`);
  return count === 0 || count < ids.length ? FAILED : DONE;
};

export const cancel = (): Command =>
  common(new Command('cancel'))
    .description('Never run these jobs.')
    .argument('<id...>', 'ids of the jobs')
    .option('--enqueue-dependents', 'run those that wait for them')
    .addHelpText('after', '\nExamples:\n  millrace rq cancel 6f1c0a3e')
    .action(
      acts(async (session, ids: string[], options: Common & { enqueueDependents?: boolean }) => {
        for (const id of ids) {
          const job = await fetch(session, id, options.serializer);
          need(await job.cancel({ enqueueDependents: options.enqueueDependents ?? false }));
          await session.out.say({ id, canceled: true }, `${id} canceled`);
        }
        return DONE;
      }),
    );
