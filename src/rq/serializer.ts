import { deflateSync, inflateSync } from 'node:zlib';
import * as check from '../check.ts';
import { dumps, loads, PyTuple } from '../codecs/pickle/pickle.ts';
import { RqError } from './errors.ts';
import { parsePythonJson, printPythonJson } from './pythonJson.ts';

/** How values become bytes: the counterpart of the serializer the Python side uses. */
export interface RqSerializer {
  readonly name: string;
  /** Throws for what it has no form for. */
  dumps(value: unknown): Buffer;
  /** Throws when the bytes are not its own. Must never call or construct what they name. */
  loads(bytes: Buffer): unknown;
}

/** `rq.serializers.JSONSerializer`. */
const json: RqSerializer = {
  name: 'json',
  dumps: (value) => Buffer.from(printPythonJson(value)),
  loads: (bytes) => parsePythonJson(bytes.toString('utf8')),
};

/** RQ's default. Objects of classes that are not known here are read as descriptions, never made. */
const pickle: RqSerializer = {
  name: 'pickle',
  dumps,
  loads: (bytes) => loads(bytes, { unknown: 'opaque' }),
};

const known = { json, pickle } as const;

/** The names of the two that RQ has, or one of your own. */
export type RqSerializerName = keyof typeof known;

/** Throws TypeError or RangeError naming what is wrong with it. */
export const serializerOf = (where: string, value: unknown = 'pickle'): RqSerializer => {
  if (typeof value === 'object' && value !== null && 'dumps' in value && 'loads' in value) return value as RqSerializer;
  return known[check.oneOf(where, 'serializer', value, ['pickle', 'json'])];
};

const tried = <T>(what: string, attempt: () => T): T => {
  try {
    return attempt();
  } catch (cause) {
    throw new RqError('SERIALIZER', `${what}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
};

/** Throws RqError SERIALIZER, which says `what` could not be written. */
export const encode = (serializer: RqSerializer, what: string, value: unknown): Buffer =>
  tried(`${what} cannot be written as ${serializer.name}`, () => serializer.dumps(value));

/** Throws RqError SERIALIZER, which says `what` could not be read. */
export const decode = (serializer: RqSerializer, what: string, bytes: Buffer): unknown =>
  tried(`${what} cannot be read as ${serializer.name}; do both sides use the same serializer?`, () =>
    serializer.loads(bytes),
  );

/** A function of a job and what it is called with. */
export interface RqCall {
  /** As Python imports it: `mylib.add`. */
  readonly func: string;
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;
}

/** A dict with names for keys, however the serializer gave it. */
export const record = (value: unknown): Record<string, unknown> => {
  const entries = value instanceof Map ? [...value] : Object.entries((value as object | null) ?? {});
  return Object.fromEntries(entries.map(([key, each]) => [String(key), each]));
};

/** The `data` of a job. */
export const encodeCall = (serializer: RqSerializer, { func, args, kwargs }: RqCall): Buffer => {
  const call =
    serializer.name === 'pickle' ? new PyTuple([func, null, new PyTuple(args), kwargs]) : [func, null, args, kwargs];
  return deflateSync(encode(serializer, `the call of ${func}`, call));
};

/** Compressed by RQ since 0.10, bare before. */
export const inflated = (bytes: Buffer): Buffer => {
  try {
    return inflateSync(bytes);
  } catch {
    return bytes;
  }
};

export const decodeCall = (serializer: RqSerializer, id: string, data: Buffer): RqCall => {
  const call = decode(serializer, `the call of job ${id}`, inflated(data));
  const [func, instance, args, kwargs] = Symbol.iterator in Object(call) ? [...(call as Iterable<unknown>)] : [];
  if (typeof func !== 'string' || !(Symbol.iterator in Object(args)))
    throw new RqError('SERIALIZER', `Job ${id} holds no call: (name, instance, args, kwargs)`);
  if (instance !== null && instance !== undefined)
    throw new RqError('SERIALIZER', `Job ${id} calls the method ${func} of a Python object, which only Python can`);
  return { func, args: [...(args as Iterable<unknown>)], kwargs: record(kwargs) };
};
