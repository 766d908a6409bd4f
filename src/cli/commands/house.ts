import { Command, Option } from 'commander';
import * as parse from '../arguments.ts';
import { DONE, type Exit, FAILED, need } from '../exit.ts';
import { plural } from '../format.ts';
import { acts, type Session } from '../session.ts';

// Keeping order in the house: a command for each call of the library that does it.

const QUEUE = 'name of the queue';
const some = (count: number): Exit => (count > 0 ? DONE : FAILED);

export const requeue = (): Command =>
  new Command('requeue')
    .description('Hand leased tasks back to the queue, whoever holds them.')
    .argument('<queue>', QUEUE)
    .option('--older-than <time>', 'only those taken so long ago', parse.duration)
    .addOption(new Option('--at <end>', 'where they join the line').choices(['front', 'back']).default('front'))
    .addHelpText(
      'after',
      `
For tasks that hang: their holders go on, and their acks count until somebody else has the task.

Examples:
  millrace requeue mails --older-than 10m`,
    )
    .action(
      acts(async (session, name: string, options: { olderThan?: number; at: 'front' | 'back' }) => {
        const count = need(await (await session.queue(name)).requeue(options));
        await session.out.say({ queue: name, requeued: count }, `${plural(count, 'task')} handed back`);
        return some(count);
      }),
    );

export const sweep = (): Command =>
  new Command('sweep')
    .description('Hand back tasks whose lease ran out, now.')
    .argument('<queue>', QUEUE)
    .addHelpText(
      'after',
      `
Every consumer does this by itself now and then; without one, nobody does.

Examples:
  millrace sweep mails`,
    )
    .action(
      acts(async (session, name: string) => {
        const count = need(await (await session.queue(name)).sweep());
        await session.out.say({ queue: name, swept: count }, `${plural(count, 'task')} handed back`);
        return some(count);
      }),
    );

const pausing = (name: 'pause' | 'resume', description: string, more: string, done: string) => (): Command =>
  new Command(name)
    .description(description)
    .argument('<queue...>', 'names of queues')
    .addHelpText('after', `\n${more}\n\nExamples:\n  millrace ${name} mails orders`)
    .action(
      acts(async (session: Session, names: readonly string[]) => {
        for (const queue of names) {
          need(await (await session.queue(queue))[name]());
          await session.out.say({ queue, paused: name === 'pause' }, `${queue} ${done}`);
        }
        return DONE;
      }),
    );

export const pause = pausing(
  'pause',
  'Stop deliveries to every consumer.',
  'Tasks that are delivered already go on, and puts are taken as ever.',
  'is paused',
);

export const resume = pausing(
  'resume',
  'Let deliveries go on.',
  'Resuming a queue that is not paused changes nothing.',
  'goes on',
);

export const remove = (): Command =>
  new Command('remove')
    .description('Forget tasks, wherever they are.')
    .argument('<queue>', QUEUE)
    .argument('<id...>', 'ids of the tasks')
    .addHelpText(
      'after',
      `
Whoever holds one will find its settlement too late.

Examples:
  millrace remove mails order-7 order-8`,
    )
    .action(
      acts(async (session: Session, name: string, ids: readonly string[]) => {
        const queue = await session.queue(name);
        let missing = 0;
        for (const id of ids) {
          const removed = need(await queue.remove(id));
          if (!removed) missing++;
          await session.out.say({ queue: name, id, removed }, removed ? `${id} removed` : `${id} is not in ${name}`);
        }
        return missing === 0 ? DONE : FAILED;
      }),
    );

export const purge = (): Command =>
  new Command('purge')
    .description('Forget all waiting tasks, ready and delayed; leased and dead ones stay.')
    .argument('<queue>', QUEUE)
    .option('--yes', 'without asking')
    .addHelpText(
      'after',
      `
Examples:
  millrace purge mails
  millrace purge mails --yes`,
    )
    .action(
      acts(async (session: Session, name: string, { yes }: { yes?: boolean }) => {
        const queue = await session.queue(name);
        const { ready, delayed } = need(await queue.stats());
        if (ready + delayed > 0)
          await session.confirm(`This forgets ${plural(ready + delayed, 'waiting task')} of ${name} for good.`, yes);
        const count = need(await queue.purge());
        await session.out.say({ queue: name, purged: count }, `${plural(count, 'task')} forgotten`);
        return some(count);
      }),
    );
