import { Command } from 'commander';
import { DONE, type Exit, FAILED } from '../exit.ts';
import { number, oneLineOf, span } from '../format.ts';
import { Inspector, type Shown } from '../inspector.ts';
import { lineOf } from '../payload.ts';
import { acts, type Session } from '../session.ts';
import { recordOf } from './peek.ts';

export const show = (): Command =>
  new Command('show')
    .description('Everything known of one task.')
    .argument('<queue>', 'name of the queue')
    .argument('<id>', 'id of the task')
    .addHelpText(
      'after',
      `
Examples:
  millrace show mails order-7
  millrace show mails order-7 --json`,
    )
    .action(acts(run));

const run = async (session: Session, name: string, id: string): Promise<Exit> => {
  const { out } = session;
  const task = await new Inspector(await session.redis(), session.prefix, name).show(id);
  if (task === undefined) {
    out.note(`millrace: there is no task ${id} in ${name}: it was never put, or is done and forgotten`);
    return FAILED;
  }
  if (out.json) await out.say(recordOf(task.state, task), '');
  else for (const [title, text] of facts(task)) await out.line(`${out.colors.dim(title.padEnd(14))}${text}`);
  return DONE;
};

const facts = (task: Shown): [string, string][] => {
  const { state, position, at, firstFailureAt, takenAt } = task;
  const ago = (date: Date): string =>
    `${date.toISOString()} (${span(task.age + task.enqueuedAt.getTime() - date.getTime())} ago)`;
  const ahead = task.in === undefined ? '' : task.in < 0 ? ` (${span(-task.in)} ago)` : ` (in ${span(task.in)})`;
  const found: [string, string | undefined][] = [
    ['id', task.id],
    ['state', state ?? 'in no place: no consumer will get it; see millrace doctor'],
    ['before it', position === undefined ? undefined : number(position)],
    ['put', ago(task.enqueuedAt)],
    [state === 'dead' ? 'died' : state === 'leased' ? 'lease ends' : 'due', at && `${at.toISOString()}${ahead}`],
    ['taken', takenAt && ago(takenAt)],
    ['deliveries', number(task.deliveries)],
    ['failures', number(task.failures)],
    ['first failure', firstFailureAt && ago(firstFailureAt)],
    ['reason', task.reason],
    ['message', task.message === '' ? undefined : oneLineOf(task.message)],
    ['priority', String(task.priority)],
    ...Object.entries(task.headers).map(([key, value]): [string, string] => ['header', `${key}=${oneLineOf(value)}`]),
    ['codec', task.codec ?? 'unknown: what is stored is no task of this layout'],
    ['payload', lineOf(task.payload)],
  ];
  return found.filter((each): each is [string, string] => each[1] !== undefined);
};
