import { fstatSync } from 'node:fs';
import { Command } from 'commander';
import type { Put, PutOptions } from '../../put.ts';
import type { Queue } from '../../queue.ts';
import * as parse from '../arguments.ts';
import { DONE, type Exit, FAILED, misuse, need } from '../exit.ts';
import { number, plural } from '../format.ts';
import { lines } from '../lines.ts';
import { reader, verbatim } from '../payload.ts';
import { Progress } from '../progress.ts';
import { acts, type Session } from '../session.ts';

interface Options {
  readonly codec: string;
  readonly id?: string;
  readonly delay?: number;
  readonly header?: Readonly<Record<string, string>>;
  readonly front?: boolean;
  readonly priority?: number;
  readonly unique?: boolean;
  readonly batch: number;
}

export const put = (): Command =>
  new Command('put')
    .description('Put tasks: the payloads given, else one per line of standard input.')
    .argument('<queue>', 'name of the queue')
    .argument('[payload...]', 'payloads, JSON unless --codec says otherwise')
    .option('--codec <name>', 'json, raw (any text), msgpack, yaml or pickle: how payloads are stored', 'json')
    .option(
      '--id <id>',
      'an id of your own, for one payload: while it is in the queue, putting it again changes nothing',
    )
    .option('--delay <time>', 'deliver it no sooner than in 5m', parse.duration)
    .option('--header <key=value>', 'a header; may be repeated', parse.header)
    .option('--priority <n>', '0 normal … 9 first', parse.count(0, 9))
    .option('--unique', 'not if one like it waits already')
    .option('--front', 'to the front of the line')
    .option('--batch <n>', 'most lines in one atomic step, 1 to 10,000', parse.count(1, 10_000), 1_000)
    .addHelpText(
      'after',
      `
Payloads of the line are put in one atomic step, and their ids printed. Of standard input each batch is one
step; empty lines are left out. A payload is JSON; with --codec raw it is the bytes of the line.

Examples:
  millrace put mails '{"to":"ada"}'
  millrace put mails '{"to":"bob"}' --delay 5m --header tenant=acme
  millrace put orders '{"total":12}' --priority 9 --unique
  millrace put reports --id daily-2026-11-21 '"daily"'
  millrace put lines --codec raw < access.log`,
    )
    .action(acts(run));

const run = async (session: Session, name: string, payloads: readonly string[], options: Options): Promise<Exit> => {
  const { codec, id, delay, header, front, priority, unique } = options;
  const read = reader(codec);
  if (id !== undefined && payloads.length !== 1) throw misuse('--id goes with one payload on the line');
  const how: PutOptions = {
    ...(codec !== 'json' && { codec }),
    ...(id !== undefined && { id }),
    ...(delay !== undefined && { delay }),
    ...(header !== undefined && { headers: header }),
    ...(front && { front }),
    ...(priority !== undefined && { priority }),
  };
  const values = payloads.map((text, i) => read(Buffer.from(text), `payload ${i + 1}`));
  if (values.length === 0 && process.stdin.isTTY) throw misuse('put needs a payload, or lines on standard input');
  const open = { codec: verbatim as never };
  const queue = await (unique ? session.uniqueQueue(name, open) : session.queue(name, open));
  return values.length > 0 ? putAll(session, queue, values, how) : putLines(session, queue, read, how, options.batch);
};

const putAll = async (session: Session, queue: Queue, values: readonly unknown[], how: PutOptions): Promise<Exit> => {
  const puts = need(await queue.putMulti(values, { ...how, signal: session.signal }));
  for (const { id, added } of puts) await session.out.say({ id, added }, added ? id : `${id} is in the queue already`);
  return DONE;
};

/** Two batches under way: one is read and parsed while Redis has the other. More is not read before that. */
const putLines = async (
  session: Session,
  queue: Queue,
  read: ReturnType<typeof reader>,
  how: PutOptions,
  most: number,
): Promise<Exit> => {
  const { signal, out } = session;
  const { size, input } = standardInput(signal);
  const progress = new Progress({ title: `put ${queue.name}`, total: size });
  let [line, count, bytes] = [0, 0, 0];
  let before: Promise<number> = Promise.resolve(0);
  try {
    for await (const batch of lines(input, most)) {
      const values = batch.map((each) => read(each, `line ${++line}`));
      const now = queue.putMulti(values, how).then((puts) => added(need(puts)));
      now.catch(() => {});
      count += await before;
      before = now;
      bytes += batch.reduce((sum, { length }) => sum + length + 1, 0);
      progress.update(count, bytes);
    }
    count += await before;
    before = Promise.resolve(0);
  } catch (error) {
    if (!signal.aborted) {
      count += await before.catch(() => 0);
      out.note(`millrace: ${plural(count, 'task')} of the lines before are in ${queue.name}`);
      throw error;
    }
    count += await before;
  } finally {
    progress.end();
  }
  await out.say({ queue: queue.name, put: count, lines: line }, `${plural(count, 'task')} put into ${queue.name}`);
  if (signal.aborted) out.note(`millrace: stopped after line ${number(line)}`);
  return signal.aborted || count === 0 ? FAILED : DONE;
};

const added = (puts: readonly Put[]): number => puts.filter((each) => each.added).length;

/** Ends when the command is to end. Its size is known when it is a file. */
const standardInput = (signal: AbortSignal): { size: number | undefined; input: AsyncIterable<Buffer> } => {
  const { stdin } = process;
  signal.addEventListener('abort', () => stdin.destroy(), { once: true });
  const about = fstatSync(0);
  return { size: about.isFile() ? about.size : undefined, input: stdin };
};
