import { Command } from 'commander';
import type { RqEnqueueOptions } from '../../rq/enqueueOptions.ts';
import type { RqJob } from '../../rq/job.ts';
import * as parse from '../arguments.ts';
import { DONE, type Exit, misuse, need } from '../exit.ts';
import { toJson } from '../output.ts';
import { acts, type Session } from '../session.ts';
import { type Common, common, fetch, open, queueOption } from './common.ts';

export const enqueue = (): Command =>
  queueOption(new Command('enqueue'))
    .description('Have a Python function called by a worker.')
    .argument('<function>', 'its dotted path')
    .argument('[arg...]', 'its arguments: JSON each')
    .option('--kwarg <name=json>', 'a keyword argument; may be repeated', parse.header)
    .option('--id <id>', "the job's id; default a new one")
    .option('--in <time>', 'not before so long; a scheduler has to run', parse.duration)
    .option('--timeout <time>', 'how long it may run; default 3m', parse.duration)
    .option('--front', 'to the front of the queue')
    .option('--wait <time>', 'wait for its result, and print that', parse.wait)
    .addHelpText(
      'after',
      `
Prints the job's id; with --wait its result.

Examples:
  millrace rq enqueue mylib.add 1 2 --wait 30s
  millrace rq enqueue mylib.send '"ada@example.com"' --queue mails --kwarg urgent=true --in 5m`,
    )
    .action(acts(runEnqueue));

interface EnqueueOptions extends Common {
  readonly kwarg?: Readonly<Record<string, string>>;
  readonly id?: string;
  readonly in?: number;
  readonly timeout?: number;
  readonly front?: boolean;
  readonly wait?: number;
}

const jsonArgument = (text: string, which: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw misuse(`${which} is not JSON: ${text}; a string has its quotes: '"text"'`);
  }
};

/** RQ counts in whole seconds. */
const seconds = (ms: number): number => Math.ceil(ms / 1_000);

const runEnqueue = async (
  session: Session,
  func: string,
  args: readonly string[],
  options: EnqueueOptions,
): Promise<Exit> => {
  const { kwarg = {}, id, in: after, timeout, front } = options;
  const how: RqEnqueueOptions = {
    args: args.map((text, i) => jsonArgument(text, `argument ${i + 1}`)),
    kwargs: Object.fromEntries(
      Object.entries(kwarg).map(([name, text]) => [name, jsonArgument(text, `--kwarg ${name}`)]),
    ),
    ...(id !== undefined && { jobId: id }),
    ...(after !== undefined && { in: seconds(after) }),
    ...(timeout !== undefined && { timeout: seconds(timeout) }),
    ...(front && { atFront: true }),
  };
  const job = need(await (await open(session, options.queue, options.serializer)).enqueue(func, how));
  if (options.wait !== undefined) return printResult(session, job, options.wait);
  await session.out.say({ id: job.id, queue: job.queue }, job.id);
  return DONE;
};

const printResult = async (session: Session, job: RqJob, timeout: number): Promise<Exit> => {
  const value = await job.result({ timeout, signal: session.signal });
  if (value.err && value.val.traceback !== undefined && !session.out.json) session.out.note(value.val.traceback.trim());
  const answer = need(value);
  await session.out.say({ id: job.id, result: answer }, toJson(answer));
  return DONE;
};

export const result = (): Command =>
  common(new Command('result'))
    .description('The result of a job, as JSON; waits for it.')
    .argument('<id>', 'id of the job')
    .option('--timeout <time>', 'how long to wait; default not at all', parse.wait)
    .addHelpText('after', '\nExamples:\n  millrace rq result 6f1c0a3e --timeout 1m')
    .action(
      acts(async (session, id: string, { timeout = 0, serializer }: Common & { timeout?: number }) =>
        printResult(session, await fetch(session, id, serializer), timeout),
      ),
    );
