import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import { cut, number, rate, span, sparkline } from '../format.ts';
import { type Seen, STATES } from '../inspector.ts';
import { lineOf } from '../payload.ts';
import { type Model, type Row, type Sort, visible } from './model.ts';

export interface ScreenProps {
  readonly model: Model;
  /** Where it looks. */
  readonly server: string;
  /** Tasks of the inspected state. */
  readonly tasks: readonly Seen[];
  /** Why there is no news; '' while there is. */
  readonly trouble: string;
  readonly width: number;
  readonly height: number;
}

/** Lines around the list: title, gap, head, gap, message, keys. */
const FRAME = 7;
const KEYS = {
  list: '↑↓ select  ←→ sort  o reverse  p pause  r resume  enter inspect  q quit',
  inspect: '←→ state  ↑↓ queue  p pause  r resume  esc back  q quit',
};

export const Screen = (props: ScreenProps): ReactNode => {
  const { model, server, trouble, width, height } = props;
  const count = model.rows.length;
  return (
    <Box flexDirection="column" width={width} height={height - 1}>
      <Box justifyContent="space-between">
        <Text>
          <Text bold>millrace top</Text> {server}
        </Text>
        <Text dimColor>
          {count} {count === 1 ? 'queue' : 'queues'}
        </Text>
      </Box>
      <Box flexDirection="column" flexGrow={1} marginTop={1}>
        {model.inspected === undefined ? <Queues {...props} /> : <Tasks {...props} />}
      </Box>
      {trouble === '' ? (
        <Text color="yellow">{cut(model.message, width)}</Text>
      ) : (
        <Text color="red">{cut(trouble, width)}</Text>
      )}
      <Text dimColor>{cut(model.inspected === undefined ? KEYS.list : KEYS.inspect, width)}</Text>
    </Box>
  );
};

interface Column {
  readonly title: string;
  readonly sort?: Sort;
  readonly width: number;
  readonly text: (row: Row) => string;
  readonly color?: (row: Row) => string | undefined;
}

const columns = (width: number): Column[] => {
  const amount = (sort: 'ready' | 'leased' | 'delayed'): Column => ({
    title: sort,
    sort,
    width: 10,
    text: ({ stats }) => number(stats[sort]),
  });
  const fixed: Column[] = [
    amount('ready'),
    amount('leased'),
    amount('delayed'),
    {
      title: 'dead',
      sort: 'dead',
      width: 8,
      text: ({ stats }) => number(stats.dead),
      color: ({ stats }) => (stats.dead > 0 ? 'red' : undefined),
    },
    { title: 'oldest', sort: 'oldest', width: 9, text: ({ oldest }) => (oldest === undefined ? '-' : span(oldest)) },
    { title: 'put/s', sort: 'puts', width: 9, text: ({ puts }) => rate(puts) },
    { title: 'ack/s', sort: 'acks', width: 9, text: ({ acks }) => rate(acks) },
  ];
  const left = width - fixed.reduce((sum, column) => sum + column.width, 0);
  const name = Math.min(Math.max(Math.floor(left / 2), 12), 32);
  const spark = Math.floor((left - name) / 2) - 1;
  const sparks: Column[] =
    spark < 5
      ? []
      : [
          {
            title: 'puts',
            width: spark + 1,
            text: ({ putHistory }) => sparkline(putHistory, spark),
            color: () => 'cyan',
          },
          {
            title: 'acks',
            width: spark + 1,
            text: ({ ackHistory }) => sparkline(ackHistory, spark),
            color: () => 'green',
          },
        ];
  return [
    {
      title: 'queue',
      sort: 'queue',
      width: name,
      text: ({ queue, stats }) => cut(stats.paused ? `⏸ ${queue}` : queue, name - 1).padEnd(name),
      color: ({ stats }) => (stats.paused ? 'yellow' : undefined),
    },
    ...fixed,
    ...sparks,
  ];
};

const painted = (color: string | undefined) => (color === undefined ? {} : { color });

const cell = (text: string, width: number): string => cut(text, width - 1).padStart(width);

const Queues = ({ model, width, height }: ScreenProps): ReactNode => {
  const shown = columns(width);
  if (model.rows.length === 0) return <Text dimColor>No queue there yet.</Text>;
  const title = ({ title, sort, width }: Column): string => {
    const mark = sort === model.sort ? (model.descending ? '▼' : '▲') : '';
    return sort === 'queue' ? `${title}${mark}`.padEnd(width) : cell(`${mark}${title}`, width);
  };
  return (
    <>
      <Text wrap="truncate">
        {shown.map((column) => (
          <Text key={column.title} dimColor={column.sort !== model.sort} bold={column.sort === model.sort}>
            {title(column)}
          </Text>
        ))}
      </Text>
      {visible(model, height - FRAME).map((row) => (
        <Text key={row.queue} wrap="truncate" inverse={row.queue === model.selected}>
          {shown.map(({ title, width, text, color = () => undefined }) => (
            <Text key={title} {...painted(color(row))}>
              {title === 'queue' ? text(row) : cell(text(row), width)}
            </Text>
          ))}
        </Text>
      ))}
    </>
  );
};

const Tasks = ({ model, tasks, width, height }: ScreenProps): ReactNode => {
  const row = model.rows.find(({ queue }) => queue === model.selected);
  if (row === undefined) return null;
  return (
    <>
      <Text wrap="truncate">
        <Text bold>{row.queue}</Text>
        {row.stats.paused ? <Text color="yellow"> paused</Text> : null}
        {`  put ${number(row.stats.put)}  acked ${number(row.stats.acked)}  failed ${number(row.stats.failed)}  returned ${number(row.stats.returned)}  died ${number(row.stats.died)}`}
      </Text>
      <Text>
        {STATES.map((state) => (
          <Text key={state} inverse={state === model.inspected}>{` ${state} ${number(row.stats[state])} `}</Text>
        ))}
      </Text>
      {tasks.slice(0, height - FRAME - 1).map((task) => (
        <Text key={task.id} wrap="truncate">
          {cut(lineFor(task), width)}
        </Text>
      ))}
      {tasks.length === 0 ? <Text dimColor>None.</Text> : null}
    </>
  );
};

const lineFor = (task: Seen): string => {
  const when = task.in === undefined ? '' : task.in < 0 ? `${span(-task.in)} ago` : `in ${span(task.in)}`;
  const counts = `${task.deliveries} delivered ${task.failures} failed`;
  return `${task.id.padEnd(20)} ${span(task.age).padStart(8)} ${when.padStart(12)}  ${counts}  ${lineOf(task.payload)}`;
};
