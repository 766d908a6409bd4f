import { Command, Option } from 'commander';
import * as parse from '../arguments.ts';
import { DONE, type Exit, FAILED } from '../exit.ts';
import { cut, oneLineOf, span } from '../format.ts';
import { Inspector, type Seen, STATES, type State } from '../inspector.ts';
import type { Column } from '../output.ts';
import { jsonOf, lineOf } from '../payload.ts';
import { acts, type Session } from '../session.ts';

export const peek = (): Command =>
  new Command('peek')
    .description('Look at tasks without taking them, the next one first.')
    .argument('<queue>', 'name of the queue')
    .addOption(new Option('--state <state>', 'which tasks').choices(STATES).default('ready'))
    .option('--count <n>', 'how many at most', parse.count(), 10)
    .option('--skip <n>', 'how many to pass over', parse.count(0), 0)
    .addHelpText(
      'after',
      `
Without a terminal: a line per task, parted by tabs: id, payload, priority, age, deliveries, failures, and when it
is due, its lease ends or it died ('-' for ready ones).

Examples:
  millrace peek mails
  millrace peek mails --state delayed --count 100
  millrace peek mails --state leased --json | jq -r .id`,
    )
    .action(acts(run));

interface Options {
  readonly state: State;
  readonly count: number;
  readonly skip: number;
}

const run = async (session: Session, name: string, { state, count, skip }: Options): Promise<Exit> => {
  const { out, signal } = session;
  const inspector = new Inspector(await session.redis(), session.prefix, name);
  let [left, from] = [count, skip];
  while (left > 0 && !signal.aborted) {
    const { tasks, looked } = await inspector.peek(state, from, Math.min(left, 1_000));
    if (looked === 0) break;
    from += looked;
    left -= tasks.length;
    if (out.json) for (const task of tasks) await out.say(recordOf(state, task), '');
    else await out.list(tasks, columns(session, state));
  }
  if (left < count) return DONE;
  if (!signal.aborted) out.note(`millrace: no ${state} task in ${name}`);
  return FAILED;
};

/** A task as `--json` tells it. */
export const recordOf = (state: State | undefined, { payload, at, in: _, age: __, ...task }: Seen): object => ({
  ...task,
  state: state ?? null,
  payload: jsonOf(payload),
  ...(state === 'delayed' && { dueAt: at }),
  ...(state === 'leased' && { leasedUntil: at }),
  ...(state === 'dead' && { diedAt: at }),
});

const WHEN = { ready: '', delayed: 'due in', leased: 'lease ends in', dead: 'died' } as const;

export const columns = ({ out }: Session, state: State): Column<Seen>[] => {
  const { colors, terminal } = out;
  const when = (task: Seen): string => {
    if (task.in === undefined) return '-';
    if (state === 'dead') return `${span(-task.in)} ago`;
    return task.in < 0 ? `${span(-task.in)} ago` : span(task.in);
  };
  const all: Column<Seen>[] = [
    { title: 'id', of: ({ id }) => id, paint: colors.bold },
    { title: 'payload', of: ({ payload }) => cut(lineOf(payload), terminal ? payloadWidth(out.width) : 1_000_000) },
    { title: 'priority', of: ({ priority }) => priority, right: true },
    { title: 'age', of: ({ age }) => span(age), right: true },
    { title: 'deliveries', of: ({ deliveries }) => deliveries, right: true },
    { title: 'failures', of: ({ failures }) => failures, right: true },
    { title: WHEN[state], of: when, right: true },
  ];
  if (terminal && state === 'ready') all.pop();
  if (state !== 'dead') return all;
  const message = (task: Seen): string => oneLineOf(task.message);
  return [
    ...all,
    { title: 'reason', of: ({ reason = '-' }) => reason, paint: colors.red },
    { title: 'message', of: (task) => (terminal ? cut(message(task), payloadWidth(out.width)) : message(task)) },
  ];
};

const payloadWidth = (width: number): number => Math.max(Math.floor(width / 3), 20);
