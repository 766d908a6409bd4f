import { oneOf, options as readOptions } from '../../check.ts';
import { containers } from './containers.ts';
import { PickleError } from './error.ts';
import { finish } from './finish.ts';
import { Budget, type PickleLimits } from './limits.ts';
import { type Floats, Machine, type Unknown } from './machine.ts';
import { objects } from './objects.ts';
import { OP } from './opcodes.ts';
import { type Handler, scalars } from './scalars.ts';
import { Source } from './source.ts';

export interface PickleOptions {
  /** What to do about classes that are not known here: refuse the pickle, the default, or describe them as PyObject. */
  readonly unknown?: Unknown;
  /** `'wrap'` reads 3.0 as PyFloat(3), so that it is written as 3.0 again; default `'number'`, which reads it as 3. */
  readonly floats?: Floats;
  readonly limits?: PickleLimits;
}

const HIGHEST_PROTOCOL = 5;

const protocol: Handler = (m) => {
  const version = m.source.u8();
  if (version > HIGHEST_PROTOCOL)
    throw new PickleError(`its protocol is ${version}, and ${HIGHEST_PROTOCOL} is the last known`);
};

const index = (line: Buffer): number => {
  const text = line.toString('latin1').trim();
  if (!/^\d{1,10}$/.test(text)) throw new PickleError('a number of the memo is none');
  return Number(text);
};

const flow: readonly (readonly [opcode: number, handler: Handler])[] = [
  [OP.PROTO, protocol],
  // Frames only help to read from a stream. One that claims more than there is shows that the end is missing.
  [OP.FRAME, (m) => m.source.expect(m.source.u64())],
  [OP.MARK, (m) => m.mark()],
  [OP.POP, (m) => m.drop()],
  [OP.POP_MARK, (m) => void m.popMark()],
  [OP.DUP, (m) => m.reuse(m.top())],
  [OP.GET, (m) => m.reuse(m.memo.get(index(m.source.line())))],
  [OP.BINGET, (m) => m.reuse(m.memo.get(m.source.u8()))],
  [OP.LONG_BINGET, (m) => m.reuse(m.memo.get(m.source.u32()))],
  [OP.PUT, (m) => m.memo.put(index(m.source.line()), m.top())],
  [OP.BINPUT, (m) => m.memo.put(m.source.u8(), m.top())],
  [OP.LONG_BINPUT, (m) => m.memo.put(m.source.u32(), m.top())],
  [OP.MEMOIZE, (m) => m.memo.add(m.top())],
];

const handlers: readonly (Handler | undefined)[] = (() => {
  const table = new Array<Handler | undefined>(256).fill(undefined);
  for (const [opcode, handler] of [...flow, ...scalars, ...containers, ...objects]) table[opcode] = handler;
  return table;
})();

const run = (machine: Machine): unknown => {
  const { source, budget } = machine;
  for (let step = 0; step < budget.steps; step += 1) {
    const opcode = source.u8();
    if (opcode === OP.STOP) return finish(machine, machine.pop());
    const handler = handlers[opcode];
    if (handler === undefined) throw new PickleError(`0x${opcode.toString(16).padStart(2, '0')} is no opcode`);
    handler(machine);
  }
  throw new PickleError(`it has more than the limit of ${budget.steps} opcodes`);
};

/**
 * Reads a pickle of protocol 0 to 5 as data. Nothing is imported, looked up or called by a name that stands in it.
 *
 * Bytes after its end are ignored, as Python does.
 *
 * Throws     PickleError for what is no pickle, is beyond a limit, or holds a class that is not known here;
 *            TypeError or RangeError for wrong arguments.
 */
export const loads = (bytes: Uint8Array, options?: PickleOptions): unknown => {
  if (!(bytes instanceof Uint8Array)) throw new TypeError('loads: bytes is not a Buffer or Uint8Array');
  const { unknown = 'error', floats = 'number', limits } = readOptions('loads', 'options', options);
  const choices = {
    unknown: oneOf('loads', 'unknown', unknown, ['error', 'opaque']),
    floats: oneOf('loads', 'floats', floats, ['number', 'wrap']),
  };
  const source = new Source(bytes);
  const budget = new Budget(limits);
  try {
    budget.open(bytes.length);
    return run(new Machine(source, budget, choices));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const deeper = cause instanceof PickleError ? cause.cause : cause;
    throw new PickleError(`pickle: ${why} (before byte ${source.at})`, deeper === undefined ? {} : { cause: deeper });
  }
};
