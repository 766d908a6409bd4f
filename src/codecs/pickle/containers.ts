import { type Dict, isDict, setOwn } from '../dict.ts';
import { PickleError } from './error.ts';
import type { Machine } from './machine.ts';
import { entriesOf, itemsOf } from './opaque.ts';
import { OP } from './opcodes.ts';
import type { Handler } from './scalars.ts';
import { PyFrozenSet, PyObject, PyTuple } from './types.ts';

const append = (machine: Machine, items: readonly unknown[]): void => {
  const target = machine.top();
  const list = target instanceof PyObject ? itemsOf(target) : target;
  if (!Array.isArray(list)) throw new PickleError('it appends to what is no list');
  for (const item of items) list.push(item);
};

const addItems = (machine: Machine, items: readonly unknown[]): void => {
  const target = machine.top();
  if (target instanceof PyObject) return append(machine, items);
  if (!(target instanceof Set)) throw new PickleError('it adds to what is no set');
  for (const item of items) target.add(item);
};

// A dict is a plain object for as long as its keys are text, then a Map.
const setItems = (machine: Machine, items: readonly unknown[]): void => {
  if (items.length % 2 === 1) throw new PickleError('a dict has a key without a value');
  let target: unknown = machine.top();
  if (target instanceof PyObject) target = entriesOf(target);
  if (!isDict(target) && !(target instanceof Map)) throw new PickleError('it sets items of what is no dict');
  for (let i = 0; i < items.length; i += 2) {
    const [key, value] = [items[i], items[i + 1]];
    if (!(target instanceof Map) && typeof key !== 'string') target = machine.replaceTop(target as Dict);
    if (target instanceof Map) target.set(key, value);
    else setOwn(target as Dict, key as string, value);
  }
};

/** Takes `n` values off the stack, in the order they were put there. */
const last = (machine: Machine, n: number): unknown[] => {
  const items = new Array<unknown>(n);
  for (let i = n - 1; i >= 0; i -= 1) items[i] = machine.pop();
  return items;
};

/** Lists, tuples, dicts and sets. */
export const containers: readonly (readonly [opcode: number, handler: Handler])[] = [
  [OP.EMPTY_LIST, (m) => m.make([])],
  [OP.LIST, (m) => m.make(m.popMark())],
  [OP.APPEND, (m) => append(m, last(m, 1))],
  [OP.APPENDS, (m) => append(m, m.popMark())],

  [OP.EMPTY_TUPLE, (m) => m.make(new PyTuple([]))],
  [OP.TUPLE, (m) => m.make(new PyTuple(m.popMark()))],
  [OP.TUPLE1, (m) => m.make(new PyTuple(last(m, 1)))],
  [OP.TUPLE2, (m) => m.make(new PyTuple(last(m, 2)))],
  [OP.TUPLE3, (m) => m.make(new PyTuple(last(m, 3)))],

  [OP.EMPTY_DICT, (m) => m.make({})],
  [
    OP.DICT,
    (m) => {
      const items = m.popMark();
      m.make({});
      setItems(m, items);
    },
  ],
  [OP.SETITEM, (m) => setItems(m, last(m, 2))],
  [OP.SETITEMS, (m) => setItems(m, m.popMark())],

  [OP.EMPTY_SET, (m) => m.make(new Set())],
  [OP.ADDITEMS, (m) => addItems(m, m.popMark())],
  [OP.FROZENSET, (m) => m.make(new PyFrozenSet(m.popMark()))],
];
