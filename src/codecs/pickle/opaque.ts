import type { PyObject } from './types.ts';

// A PyObject is read-only for everybody else; only the reader fills it, while the pickle goes on saying things about it.
type Growing = { -readonly [K in keyof PyObject]: PyObject[K] };

/** The list of what is appended to it, made at the first need: an object without one should not show one. */
export const itemsOf = (object: PyObject): unknown[] => {
  const growing = object as Growing;
  growing.items ??= [];
  return growing.items as unknown[];
};

export const entriesOf = (object: PyObject): Map<unknown, unknown> => {
  const growing = object as Growing;
  growing.entries ??= new Map();
  return growing.entries as Map<unknown, unknown>;
};

export const setState = (object: PyObject, state: unknown): void => {
  (object as Growing).state = state;
};

export const setKwargs = (object: PyObject, kwargs: unknown): void => {
  (object as Growing).kwargs = kwargs;
};
