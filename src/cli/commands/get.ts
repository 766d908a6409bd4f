import { Command, Option } from 'commander';
import { LONGEST } from '../../check.ts';
import type { Queue } from '../../queue.ts';
import type { Task } from '../../task.ts';
import * as parse from '../arguments.ts';
import { exec } from '../exec.ts';
import { DONE, type Exit, FAILED, misuse, need } from '../exit.ts';
import { toJson } from '../output.ts';
import { jsonOf, lineOf, verbatim } from '../payload.ts';
import { acts, type Session } from '../session.ts';
import { type TakeOptions, waiting } from '../taking.ts';

/** Most tasks at once between Redis and us. */
const BATCH = 250;

export const get = (): Command =>
  new Command('get')
    .description('Take tasks: print them, or run a command for each; what is done is acknowledged.')
    .argument('<queue>', 'name of the queue')
    .option('--count <n>', "how many at most, or 'all' that there are; default 1", parse.countOrAll)
    .option('--timeout <time>', 'how long to wait for the next one; default not at all', parse.wait)
    .option('--follow', 'go on until Ctrl-C, waiting for more')
    .option('--no-ack', 'hand the tasks back when they are printed')
    .addOption(
      new Option('--lease <time>', 'how long a task is held for us if we die; renewed while we live')
        .argParser(parse.wait)
        .default(30_000, '30s'),
    )
    .option(
      '--exec <command...>',
      'run this for each task; must come last, all behind it is the command',
      parse.command,
    )
    .option('--concurrency <n>', 'how many commands run at once', parse.count(1, 10_000), 1)
    .addHelpText(
      'after',
      `
A task is acknowledged once its line, "id payload", is written out. With --exec the command runs without a shell.
It finds the payload on its standard input, and in every argument that is {}; MILLRACE_ID, MILLRACE_QUEUE,
MILLRACE_DELIVERIES and MILLRACE_HEADER_<NAME> in its environment. Exit code 0 acknowledges; any other counts as a
failure with the end of its stderr as the reason, and the task comes back later. The first Ctrl-C lets running
commands end, the second one ends them.

Examples:
  millrace get mails
  millrace get mails --count all --json | jq .payload
  millrace get mails --follow --concurrency 8 --exec ./send-mail --to {}
  millrace get logs --timeout 5s --exec sh -c 'gzip > "$MILLRACE_ID.gz"'`,
    )
    .action(acts(run));

const run = async (session: Session, name: string, options: TakeOptions): Promise<Exit> => {
  const { count, follow, ack, lease } = options;
  if (follow && count !== undefined) throw misuse('--follow and --count exclude each other');
  if (!ack && follow) throw misuse('--no-ack would get the same tasks again with --follow; peek shows without taking');
  if (!ack && options.exec) throw misuse('--no-ack and --exec exclude each other: the exit code decides');
  if (!ack && count === Number.POSITIVE_INFINITY) throw misuse('--no-ack holds what it prints: give it a --count');
  const queue = await session.queue(name, {
    codec: verbatim as never,
    ...(follow && { patience: LONGEST }), // however long Redis is away
    ...(lease !== undefined && { lease, sweepEvery: Math.max(lease / 2, 1) }),
  });
  if (options.exec !== undefined) return exec(session, queue, options);
  return print(session, queue, options);
};

const print = async (session: Session, queue: Queue, options: TakeOptions): Promise<Exit> => {
  const { signal, out } = session;
  const most = options.follow ? Number.POSITIVE_INFINITY : (options.count ?? 1);
  const kept: Task[] = [];
  let count = 0;
  // Few at first: what a reader that goes away, such as `head`, has not read by then is acknowledged all the same.
  for (let batch = 1; count < most && !signal.aborted; batch = Math.min(2 * batch, BATCH)) {
    const asked = await queue.getMulti(Math.min(most - count, batch), waiting(options, signal));
    if (asked.err && asked.val.code === 'ABORTED') break;
    const tasks = need(asked);
    if (tasks.length === 0) break;
    if (!(await out.write(tasks.map((task) => `${lineFor(task, out.json)}\n`).join('')))) {
      kept.push(...tasks);
      break;
    }
    count += tasks.length;
    if (!options.ack) kept.push(...tasks);
    else for (const settled of await Promise.all(tasks.map((task) => task.ack()))) need(settled);
  }
  await handBack(kept);
  return count > 0 || options.follow || out.gone ? DONE : FAILED;
};

const lineFor = (task: Task, json: boolean): string => {
  if (!json) return `${task.id} ${lineOf(task.payload)}`;
  const { id, payload, deliveries, failures, priority, headers, enqueuedAt } = task;
  return toJson({ id, payload: jsonOf(payload), deliveries, failures, priority, headers, enqueuedAt });
};

/** To the front, in the order they came: the last ones first, as each step goes before the one before. */
const handBack = async (tasks: readonly Task[]): Promise<void> => {
  for (let end = tasks.length; end > 0; end -= BATCH)
    for (const settled of await Promise.all(tasks.slice(Math.max(end - BATCH, 0), end).map((task) => task.release())))
      need(settled);
};
