/** A dict whose keys are all text. */
export type Dict = Record<string, unknown>;

/** Whether it is one of the plain objects dicts are read into: everything else has a class. */
export const isDict = (value: unknown): value is Dict =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** Sets an own property. An assignment to `__proto__` would set a prototype instead. */
export const setOwn = (dict: Dict, key: string, value: unknown): void => {
  if (key === '__proto__')
    Object.defineProperty(dict, key, { value, writable: true, enumerable: true, configurable: true });
  else dict[key] = value;
};
