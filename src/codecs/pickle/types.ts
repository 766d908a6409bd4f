import { inspect } from 'node:util';
import { list, text, wrongType } from '../../check.ts';

/** A tuple of Python. An array given is kept, not copied. */
export class PyTuple<T = unknown> implements Iterable<T> {
  readonly items: readonly T[];

  constructor(items: Iterable<T>) {
    this.items = Array.isArray(items) ? items : [...items];
  }

  /** `PyTuple.of(1, 'a')` is Python's `(1, 'a')`. */
  static of<T extends readonly unknown[]>(...items: T): PyTuple<T[number]> {
    return new PyTuple(items);
  }

  get length(): number {
    return this.items.length;
  }

  [Symbol.iterator](): IterableIterator<T> {
    return this.items[Symbol.iterator]();
  }

  toJSON(): readonly T[] {
    return this.items;
  }
}

/** A float of Python that looks like an integer here: `new PyFloat(3)` is written as 3.0. */
export class PyFloat {
  readonly value: number;

  constructor(value: number) {
    if (typeof value !== 'number') throw wrongType('PyFloat', 'value', value, 'a number');
    this.value = value;
  }

  valueOf(): number {
    return this.value;
  }

  toJSON(): number {
    return this.value;
  }
}

const DECIMAL = /^[+-]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?|inf(?:inity)?|s?nan\d*)$/i;

/** A decimal.Decimal of Python, as its text: all digits are kept. */
export class PyDecimal {
  readonly text: string;

  constructor(value: string) {
    const it = text('PyDecimal', 'text', value);
    if (!DECIMAL.test(it)) throw new RangeError(`PyDecimal: text is ${inspect(it)}, expected a number such as "1.20"`);
    this.text = it;
  }

  toString(): string {
    return this.text;
  }

  toJSON(): string {
    return this.text;
  }
}

/** A frozenset of Python. A Set is a set. */
export class PyFrozenSet<T = unknown> implements Iterable<T> {
  readonly items: ReadonlySet<T>;

  constructor(items: Iterable<T>) {
    this.items = new Set(items);
  }

  get size(): number {
    return this.items.size;
  }

  has(item: T): boolean {
    return this.items.has(item);
  }

  [Symbol.iterator](): IterableIterator<T> {
    return this.items[Symbol.iterator]();
  }

  toJSON(): readonly T[] {
    return [...this.items];
  }
}

/** A bytearray of Python. A Buffer or Uint8Array is bytes. */
export class PyByteArray {
  readonly bytes: Buffer;

  constructor(bytes: Uint8Array) {
    if (!(bytes instanceof Uint8Array)) throw wrongType('PyByteArray', 'bytes', bytes, 'a Buffer or Uint8Array');
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
}

/** A complex number of Python. */
export class PyComplex {
  readonly real: number;
  readonly imag: number;

  constructor(real: number, imag: number) {
    if (typeof real !== 'number') throw wrongType('PyComplex', 'real', real, 'a number');
    if (typeof imag !== 'number') throw wrongType('PyComplex', 'imag', imag, 'a number');
    this.real = real;
    this.imag = imag;
  }
}

/** A uuid.UUID of Python, in its usual form with four hyphens. */
export class PyUuid {
  readonly text: string;

  constructor(value: string) {
    const hex = text('PyUuid', 'text', value).replaceAll('-', '').toLowerCase();
    if (!/^[\da-f]{32}$/.test(hex)) throw new RangeError(`PyUuid: text is ${inspect(value)}, expected 32 hex digits`);
    this.text = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  }

  toString(): string {
    return this.text;
  }

  toJSON(): string {
    return this.text;
  }
}

/**
 * What a pickle says about an object of a class that is not known here, read with `{ unknown: 'opaque' }`.
 * Nothing is looked up or called: it is a description only, and it cannot be written.
 */
export class PyObject {
  readonly module: string;
  readonly name: string;
  /** What it is made from; null for a class or function that is only named. */
  readonly args: readonly unknown[] | null;
  /** Named arguments, where it has some. */
  declare readonly kwargs?: unknown;
  /** What is set on it afterwards: mostly a dict of its attributes. */
  declare readonly state?: unknown;
  /** What is appended to it, when it is like a list or a set. */
  declare readonly items?: readonly unknown[];
  /** What is put into it, when it is like a dict. */
  declare readonly entries?: ReadonlyMap<unknown, unknown>;

  constructor(module: string, name: string, args: readonly unknown[] | null = null) {
    this.module = text('PyObject', 'module', module);
    this.name = text('PyObject', 'name', name);
    this.args = args === null ? null : list('PyObject', 'args', args);
  }
}
