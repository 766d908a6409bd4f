import { STATES, type State } from '../inspector.ts';
import type { Look } from '../watch.ts';

// What `top` shows, and what its keys do to it: plain values, so that nothing here needs a terminal.

/** Looks kept for the sparklines. */
export const HISTORY = 60;

export const SORTS = ['queue', 'ready', 'leased', 'delayed', 'dead', 'puts', 'acks', 'oldest'] as const;
export type Sort = (typeof SORTS)[number];

export interface Row extends Look {
  /** Per second, the oldest first. */
  readonly putHistory: readonly number[];
  readonly ackHistory: readonly number[];
}

export interface Model {
  readonly rows: readonly Row[];
  readonly sort: Sort;
  readonly descending: boolean;
  /** Name of a queue. */
  readonly selected: string | undefined;
  /** The state whose tasks are shown of the selected queue; undefined: all queues are. */
  readonly inspected: State | undefined;
  /** What just happened. */
  readonly message: string;
}

export const EMPTY: Model = {
  rows: [],
  sort: 'queue',
  descending: false,
  selected: undefined,
  inspected: undefined,
  message: '',
};

const worth = (row: Row, sort: Sort): number | string => {
  switch (sort) {
    case 'queue':
      return row.queue;
    case 'oldest':
      return row.oldest ?? -1;
    case 'puts':
    case 'acks':
      return row[sort];
    default:
      return row.stats[sort];
  }
};

/** In the order that is asked for; equals by name. */
const sorted = (rows: readonly Row[], sort: Sort, descending: boolean): Row[] => {
  const sign = descending ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [left, right] = [worth(a, sort), worth(b, sort)];
    if (left === right) return a.queue < b.queue ? -1 : 1;
    return left < right ? -sign : sign;
  });
};

const reordered = (model: Model): Model => ({ ...model, rows: sorted(model.rows, model.sort, model.descending) });

/** With another look at every queue. */
export const looked = (model: Model, looks: readonly Look[]): Model => {
  const before = new Map(model.rows.map((row) => [row.queue, row]));
  const rows = looks.map((look): Row => {
    const { putHistory = [], ackHistory = [] } = before.get(look.queue) ?? {};
    return {
      ...look,
      putHistory: [...putHistory, look.puts].slice(-HISTORY),
      ackHistory: [...ackHistory, look.acks].slice(-HISTORY),
    };
  });
  const next = reordered({ ...model, rows });
  const still = next.rows.some(({ queue }) => queue === model.selected);
  return still ? next : { ...next, selected: next.rows[0]?.queue, inspected: undefined };
};

/** Moves the selection. */
export const moved = (model: Model, by: number): Model => {
  const at = model.rows.findIndex(({ queue }) => queue === model.selected);
  const to = Math.min(Math.max(at + by, 0), model.rows.length - 1);
  return { ...model, selected: model.rows[to]?.queue };
};

const turned = <V>(values: readonly V[], value: V, by: number): V =>
  values[(values.indexOf(value) + by + values.length) % values.length] as V;

/** Sorts by the next column, or the one before; numbers begin with the largest. */
export const sortedBy = (model: Model, by: number): Model => {
  const sort = turned(SORTS, model.sort, by);
  return reordered({ ...model, sort, descending: sort !== 'queue' });
};

export const reversed = (model: Model): Model => reordered({ ...model, descending: !model.descending });

export const inspecting = (model: Model): Model =>
  model.selected === undefined ? model : { ...model, inspected: 'ready' };

export const inspectedNext = (model: Model, by: number): Model =>
  model.inspected === undefined ? model : { ...model, inspected: turned(STATES, model.inspected, by) };

/** The rows that fit, with the selected one among them. */
export const visible = (model: Model, height: number): readonly Row[] => {
  const at = model.rows.findIndex(({ queue }) => queue === model.selected);
  const from = Math.max(Math.min(at - Math.floor(height / 2), model.rows.length - height), 0);
  return model.rows.slice(from, from + height);
};
