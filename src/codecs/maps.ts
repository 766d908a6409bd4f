import { type Dict, setOwn } from './dict.ts';

const isText = (key: unknown): key is string => typeof key === 'string';

/** The same value, with a plain object for each Map whose keys are all text. It may lie in itself. */
export const toDicts = (value: unknown, done: Map<unknown, unknown> = new Map()): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  const before = done.get(value);
  if (before !== undefined) return before;
  const dicts = (each: unknown): unknown => toDicts(each, done);
  if (Array.isArray(value)) {
    done.set(value, value);
    for (let i = 0; i < value.length; i += 1) value[i] = dicts(value[i]);
    return value;
  }
  if (value instanceof Set) {
    done.set(value, value);
    const items = [...value];
    value.clear();
    for (const item of items) value.add(dicts(item));
    return value;
  }
  if (!(value instanceof Map)) return value;
  if ([...value.keys()].every(isText)) {
    const dict: Dict = {};
    done.set(value, dict);
    for (const [key, each] of value) setOwn(dict, key, dicts(each));
    return dict;
  }
  const map = new Map<unknown, unknown>();
  done.set(value, map);
  for (const [key, each] of value) map.set(dicts(key), dicts(each));
  return map;
};
