import { setTimeout as sleep } from 'node:timers/promises';
import { Command, Option } from 'commander';
import type { Stats } from '../../broker/broker.ts';
import type { PoolStats } from '../../broker/pool/broker.ts';
import * as parse from '../arguments.ts';
import { DONE, type Exit, FAILED, need } from '../exit.ts';
import { number, rate, span } from '../format.ts';
import type { Column } from '../output.ts';
import { allNames } from '../queues.ts';
import { acts, type Session } from '../session.ts';
import { Watch } from '../watch.ts';

export const stats = (): Command =>
  new Command('stats')
    .description('How many tasks are where, how fast they come and go, how long the next one has waited.')
    .argument('[queue...]', 'names of queues; default: all there are')
    .addOption(
      new Option('--over <time>', 'how long puts and acks are counted for the rates; 0ms: no rates')
        .argParser(parse.wait)
        .default(1_000, '1s'),
    )
    .addHelpText(
      'after',
      `
Without a terminal: a line per queue, parted by tabs: queue, ready, leased, delayed, dead, puts per second,
acks per second, age of the next task ('-' when none waits), 'paused' or '-'. Then a line per pool: pool, members,
due, leased, 'pool'.

Examples:
  millrace stats
  millrace stats mails orders --over 10s
  millrace stats --json --over 0ms | jq 'select(.dead > 0)'`,
    )
    .action(acts(run));

/** What `--json` says of a queue. */
interface Row extends Stats {
  readonly queue: string;
  /** ms */
  readonly oldest: number | null;
  /** Per second; null when they were not counted. */
  readonly putRate: number | null;
  readonly ackRate: number | null;
}

const run = async (session: Session, names: readonly string[], { over }: { over: number }): Promise<Exit> => {
  const target = await session.redis();
  const there = await allNames(target, session.prefix, session.signal, names);
  const missing = names.filter((name) => !there.queues.includes(name) && !there.pools.includes(name));
  for (const name of missing) session.out.note(`millrace: there is no queue ${name}`);
  if (there.queues.length + there.pools.length === 0 && missing.length === 0)
    session.out.note(`millrace: no queue with the prefix ${session.prefix} in ${target.name}`);
  await session.out.list(await rowsOf(session, there.queues, over), columns(session));
  if (session.out.terminal && there.queues.length > 0 && there.pools.length > 0) await session.out.line('');
  const pools = there.pools.map(async (name) => ({ pool: name, ...need(await (await session.pool(name)).stats()) }));
  await session.out.list(await Promise.all(pools), poolColumns(session));
  return there.queues.length + there.pools.length === 0 || missing.length > 0 ? FAILED : DONE;
};

const rowsOf = async (session: Session, names: readonly string[], over: number): Promise<Row[]> => {
  const watches = await Promise.all(names.map((name) => Watch.of(session, name)));
  let looks = await Promise.all(watches.map((watch) => watch.look()));
  if (over > 0 && looks.length > 0) {
    await sleep(over, undefined, { signal: session.signal }).catch(() => {});
    looks = await Promise.all(watches.map((watch) => watch.look()));
  }
  const rounded = (value: number): number | null => (over === 0 ? null : Math.round(10 * value) / 10);
  return looks.map(({ queue, stats, oldest, puts, acks }) => ({
    queue,
    ...stats,
    oldest: oldest ?? null,
    putRate: rounded(puts),
    ackRate: rounded(acks),
  }));
};

type PoolRow = { readonly pool: string } & PoolStats;

const poolColumns = ({ out: { colors, terminal } }: Session): Column<PoolRow>[] => {
  const amount = (title: 'size' | 'due' | 'leased'): Column<PoolRow> => ({
    title,
    of: (row) => (terminal ? number(row[title]) : row[title]),
    right: true,
  });
  return [
    { title: 'pool', of: ({ pool }) => pool, paint: colors.bold },
    amount('size'),
    amount('due'),
    amount('leased'),
    { title: '', of: () => (terminal ? '' : 'pool') },
  ];
};

const columns = ({ out: { colors, terminal } }: Session): Column<Row>[] => {
  const amount = (of: (row: Row) => number) => (row: Row) => (terminal ? number(of(row)) : of(row));
  const speed = (of: (row: Row) => number | null) => (row: Row) => {
    const value = of(row);
    return value === null ? '-' : terminal ? rate(value) : value;
  };
  return [
    { title: 'queue', of: ({ queue }) => queue, paint: colors.bold },
    { title: 'ready', of: amount(({ ready }) => ready), right: true },
    { title: 'leased', of: amount(({ leased }) => leased), right: true },
    { title: 'delayed', of: amount(({ delayed }) => delayed), right: true },
    {
      title: 'dead',
      of: amount(({ dead }) => dead),
      right: true,
      paint: (text, { dead }) => (dead > 0 ? colors.red(text) : text),
    },
    { title: 'put/s', of: speed(({ putRate }) => putRate), right: true },
    { title: 'ack/s', of: speed(({ ackRate }) => ackRate), right: true },
    { title: 'oldest', of: ({ oldest }) => (oldest === null ? '-' : span(oldest)), right: true },
    { title: '', of: ({ paused }) => (paused ? 'paused' : terminal ? '' : '-'), paint: colors.yellow },
  ];
};
