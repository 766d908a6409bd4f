import { DEPTH } from './limits.ts';
import { OP } from './opcodes.ts';
import { Sink } from './sink.ts';
import { PyByteArray, PyFloat, PyFrozenSet, PyObject, PyTuple } from './types.ts';
import { writeBigint, writeFloat, writeNumber } from './writeNumbers.ts';
import { type Call, callFor } from './writeObjects.ts';

const PROTOCOL = 4;

const nameOf = (value: object): string => {
  const cls: unknown = value.constructor;
  return typeof cls === 'function' && cls.name !== '' ? cls.name : 'an unnamed class';
};

/** Whether its prototype is none or a root one, perhaps of another realm. */
const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
};

const SHORT_TUPLES = [OP.EMPTY_TUPLE, OP.TUPLE1, OP.TUPLE2, OP.TUPLE3] as const;

class Writer {
  readonly sink = new Sink();
  /** Objects and names of classes that were written, by their number in the memo of whoever reads. */
  readonly #memo = new Map<unknown, number>();
  /** Objects that are known to have a hash in Python. */
  readonly #hashed = new Set<object>();
  #depth = 0;

  write(value: unknown): void {
    switch (typeof value) {
      case 'undefined':
        return this.sink.u8(OP.NONE);
      case 'boolean':
        return this.sink.u8(value ? OP.NEWTRUE : OP.NEWFALSE);
      case 'number':
        return writeNumber(this.sink, value);
      case 'bigint':
        return writeBigint(this.sink, value);
      case 'string':
        return this.sink.text(value);
      case 'object':
        return value === null ? this.sink.u8(OP.NONE) : this.#object(value);
      default:
        throw new TypeError(`pickle has no form for a ${typeof value}`);
    }
  }

  #object(value: object): void {
    if (this.#recall(value)) return;
    this.#depth += 1;
    if (this.#depth > DEPTH) throw new RangeError(`pickle: the value lies deeper in itself than ${DEPTH}`);
    this.#container(value);
    this.#depth -= 1;
  }

  #container(value: object): void {
    if (Array.isArray(value)) return this.#list(value);
    if (value instanceof Uint8Array) return this.#remembered(value, () => this.sink.bytes(value));
    if (value instanceof PyTuple) return this.#tuple(value);
    if (value instanceof PyFloat) return writeFloat(this.sink, value.value);
    if (value instanceof Map) return this.#dict(value, value);
    if (value instanceof Set) return this.#set(value);
    if (value instanceof PyFrozenSet) return this.#frozenSet(value);
    if (value instanceof PyObject)
      throw new TypeError(`pickle: a PyObject only describes ${value.module}.${value.name}, it cannot be written`);
    const call = callFor(value);
    if (call !== undefined) return this.#call(value, call);
    if (!isPlain(value))
      throw new TypeError(`pickle has no form for an object of ${nameOf(value)}: make it a plain one`);
    this.#dict(
      value,
      Object.entries(value).filter(([, each]) => each !== undefined),
    );
  }

  // Lists, dicts and sets are remembered before what lies in them is written, so that they may lie in themselves.
  #list(list: readonly unknown[]): void {
    this.#remembered(list, () => this.sink.u8(OP.EMPTY_LIST));
    if (list.length === 0) return;
    this.sink.u8(OP.MARK);
    // By index: a hole is an undefined one.
    for (let i = 0; i < list.length; i += 1) this.write(list[i]);
    this.sink.u8(OP.APPENDS);
  }

  #dict(dict: object, entries: Iterable<readonly [unknown, unknown]>): void {
    this.#remembered(dict, () => this.sink.u8(OP.EMPTY_DICT));
    let any = false;
    for (const [key, value] of entries) {
      if (!any) this.sink.u8(OP.MARK);
      any = true;
      this.#hashable(key, 'the key of a dict');
      this.write(value);
    }
    if (any) this.sink.u8(OP.SETITEMS);
  }

  #set(set: ReadonlySet<unknown>): void {
    this.#remembered(set, () => this.sink.u8(OP.EMPTY_SET));
    if (set.size === 0) return;
    this.sink.u8(OP.MARK);
    for (const item of set) this.#hashable(item, 'in a set');
    this.sink.u8(OP.ADDITEMS);
  }

  #frozenSet(set: PyFrozenSet): void {
    this.sink.u8(OP.MARK);
    for (const item of set) this.#hashable(item, 'in a frozenset');
    if (this.#memo.has(set)) this.sink.u8(OP.POP_MARK);
    if (!this.#recall(set)) this.#remembered(set, () => this.sink.u8(OP.FROZENSET));
  }

  // A tuple can only be made when all that lies in it has been. Where it lies in itself, through a list, that has
  // written it already: then what was prepared is thrown away.
  #tuple(tuple: PyTuple): void {
    const { items } = tuple;
    const short = SHORT_TUPLES[items.length];
    if (short === undefined) this.sink.u8(OP.MARK);
    for (let i = 0; i < items.length; i += 1) this.write(items[i]);
    if (this.#memo.has(tuple)) this.sink.u8(...(short === undefined ? [OP.POP_MARK] : items.map(() => OP.POP)));
    if (!this.#recall(tuple)) this.#remembered(tuple, () => this.sink.u8(short ?? OP.TUPLE));
  }

  #call(value: object, { module, name, args }: Call): void {
    const global = `${module}.${name}`;
    if (!this.#recall(global)) {
      this.sink.text(module);
      this.sink.text(name);
      this.#remembered(global, () => this.sink.u8(OP.STACK_GLOBAL));
    }
    const short = SHORT_TUPLES[args.length];
    if (short === undefined) this.sink.u8(OP.MARK);
    for (const arg of args) this.write(arg);
    this.sink.u8(short ?? OP.TUPLE);
    this.#remembered(value, () => this.sink.u8(OP.REDUCE));
  }

  /** Python refuses the whole pickle when a key cannot be hashed, so it is refused here. */
  #hashable(value: unknown, where: string): void {
    const culprit = this.#unhashable(value);
    if (culprit !== undefined)
      throw new TypeError(`pickle: ${nameOf(culprit)} cannot be ${where}, since Python cannot hash it`);
    this.write(value);
  }

  #unhashable(value: unknown): object | undefined {
    if (typeof value !== 'object' || value === null || this.#hashed.has(value)) return undefined;
    this.#hashed.add(value);
    if (value instanceof PyTuple) {
      for (const item of value.items) {
        const culprit = this.#unhashable(item);
        if (culprit !== undefined) return culprit;
      }
      return undefined;
    }
    const hashable = value instanceof Uint8Array || value instanceof PyFrozenSet || callFor(value) !== undefined;
    return hashable && !(value instanceof PyByteArray) ? undefined : value;
  }

  /** Writes an object and makes its reader remember it, so that a second mention is the same object there. */
  #remembered(value: unknown, write: () => void): void {
    write();
    this.sink.u8(OP.MEMOIZE);
    this.#memo.set(value, this.#memo.size);
  }

  #recall(value: unknown): boolean {
    const index = this.#memo.get(value);
    if (index === undefined) return false;
    this.sink.u8(index < 256 ? OP.BINGET : OP.LONG_BINGET);
    if (index < 256) this.sink.u8(index);
    else this.sink.u32(index);
    return true;
  }
}

/**
 * Writes a value as a pickle of protocol 4, which Python 3.4 and newer read.
 *
 * Whole numbers become int, other numbers, -0 and PyFloat float; Buffer and Uint8Array bytes; an array a list;
 * a plain object or a Map a dict; a Set a set; a Date an aware datetime in UTC; undefined None, but a property
 * that is undefined is left out. What lies in two places, or in itself, does so in Python, too.
 *
 * Throws     TypeError for what Python has no form for or cannot hash: functions, symbols, objects of other classes;
 *            RangeError for what is deeper than 1,000, and for dates that Python has not.
 */
export const dumps = (value: unknown): Buffer => {
  const writer = new Writer();
  writer.sink.u8(OP.PROTO, PROTOCOL);
  writer.write(value);
  writer.sink.u8(OP.STOP);
  return writer.sink.done();
};
