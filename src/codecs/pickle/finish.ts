import { isDict, setOwn } from '../dict.ts';
import { PickleError } from './error.ts';
import type { Machine } from './machine.ts';
import { PyDateTime, PyTime } from './times.ts';
import { PyFrozenSet, PyObject, PyTuple } from './types.ts';

/** What lies directly in a value; none in what is no container. */
const childrenOf = (value: unknown): Iterable<unknown> => {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value;
  if (value instanceof PyTuple || value instanceof PyFrozenSet) return value.items;
  if (value instanceof Map) return [...value.keys(), ...value.values()];
  if (value instanceof Set) return value;
  if (value instanceof PyObject) return [value.args, value.kwargs, value.state, value.items, value.entries];
  if (value instanceof PyDateTime || value instanceof PyTime) return [value.tzinfo];
  return isDict(value) ? Object.values(value) : [];
};

/** How deep a value is; it stops at the limit, so the recursion is as bounded as the answer. */
const height = (value: unknown, room: number, known: Map<unknown, number> | undefined): number => {
  const before = known?.get(value);
  if (before !== undefined) return before;
  if (room < 0) throw new PickleError('it lies deeper in itself than the limit');
  // A container met inside itself adds nothing.
  known?.set(value, 0);
  let tallest = 0;
  for (const child of childrenOf(value))
    if (typeof child === 'object' && child !== null) tallest = Math.max(tallest, 1 + height(child, room - 1, known));
  if (tallest > room) throw new PickleError('it lies deeper in itself than the limit');
  known?.set(value, tallest);
  return tallest;
};

/** Puts the Maps in where plain objects stood for them. */
const heal = (root: unknown, replaced: ReadonlyMap<object, Map<unknown, unknown>>): unknown => {
  const now = (value: unknown): unknown => replaced.get(value as object) ?? value;
  const seen = new Set<unknown>();
  const open: unknown[] = [now(root)];
  while (open.length > 0) {
    const value = open.pop();
    if (seen.has(value)) continue;
    seen.add(value);
    if (Array.isArray(value)) healList(value, now);
    else if (value instanceof PyTuple) healList(value.items as unknown[], now);
    else if (value instanceof Map) for (const [key, each] of value) value.set(key, now(each));
    else if (value instanceof PyObject) Object.assign(value, { kwargs: now(value.kwargs), state: now(value.state) });
    else if (isDict(value)) for (const [key, each] of Object.entries(value)) setOwn(value, key, now(each));
    for (const child of childrenOf(value)) if (typeof child === 'object' && child !== null) open.push(child);
  }
  return now(root);
};

const healList = (items: unknown[], now: (value: unknown) => unknown): void => {
  for (let i = 0; i < items.length; i += 1) items[i] = now(items[i]);
};

/** The value a pickle ended with, once it is sure to be whole and not too deep. */
export const finish = (machine: Machine, root: unknown): unknown => {
  const { shared, stale, replaced, budget } = machine;
  const whole = stale ? heal(root, replaced) : root;
  if (budget.made > budget.depth) height(whole, budget.depth, shared ? new Map() : undefined);
  return whole;
};
