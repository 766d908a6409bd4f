import { isDict } from '../dict.ts';
import { PickleError } from './error.ts';
import { isKnown, makeKnown, moduleNow } from './known.ts';
import type { Machine } from './machine.ts';
import { setKwargs, setState } from './opaque.ts';
import { OP } from './opcodes.ts';
import type { Handler } from './scalars.ts';
import { decodeText } from './text.ts';
import { PyObject, PyTuple, PyUuid } from './types.ts';

const nameOf = ({ module, name }: PyObject): string => `${module}.${name}`;

const named = (machine: Machine, module: unknown, name: unknown): PyObject => {
  if (typeof module !== 'string' || typeof name !== 'string' || module === '' || name === '')
    throw new PickleError('it names a class with what is no text');
  const global = new PyObject(moduleNow(module), name);
  if (machine.choices.unknown === 'error' && !isKnown(nameOf(global)))
    throw new PickleError(`it holds ${shown(global)}, which is not read: only plain data is`);
  machine.budget.object();
  return global;
};

// The name comes from whoever wrote the pickle, and goes to a log.
const shown = (global: PyObject): string => {
  const name = nameOf(global);
  return /^[\w.<>]{1,200}$/.test(name) ? name : JSON.stringify(name.slice(0, 200));
};

const global = (machine: Machine): PyObject => {
  const [module, name] = [decodeText(machine.source.line()), decodeText(machine.source.line())];
  return named(machine, module, name);
};

const argsOf = (value: unknown): readonly unknown[] => {
  if (value instanceof PyTuple) return value.items;
  throw new PickleError('it gives arguments that are no tuple');
};

const onlyNamed = (callable: unknown): PyObject => {
  if (callable instanceof PyObject) return callable;
  throw new PickleError('it calls what is no class or function');
};

/** A description of what Python would have called; null arguments mean "only named", so there always are some. */
const described = (machine: Machine, callable: PyObject, args: readonly unknown[]): PyObject => {
  if (machine.choices.unknown === 'error')
    throw new PickleError(`it calls ${shown(callable)} in a way that is not read: only plain data is`);
  const name = callable.args === null ? callable.name : `${callable.name}(…)`;
  return new PyObject(callable.module, name, args);
};

const isNamed = (value: unknown, name: string): boolean =>
  value instanceof PyObject && value.args === null && nameOf(value) === name;

const NIL = '0'.repeat(32);

/** An object that is made empty, for BUILD to fill. */
const blank = (machine: Machine, cls: PyObject, args: readonly unknown[]): unknown =>
  nameOf(cls) === 'uuid.UUID' && args.length === 0 ? new PyUuid(NIL) : reduced(machine, cls, args);

const reduced = (machine: Machine, callable: PyObject, args: readonly unknown[]): unknown => {
  if (callable.args !== null) return described(machine, callable, args);
  const name = nameOf(callable);
  // Protocols 0 and 1 make any object this way: class, base, and the value of the base, which is None for a plain one.
  if (name === 'copyreg._reconstructor') {
    const [cls, base, value] = args;
    if (cls instanceof PyObject && cls.args === null && isNamed(base, 'builtins.object') && value === null)
      return blank(machine, cls, []);
  }
  // The one method that is ever asked for, and it only goes into another name.
  if (name === 'builtins.getattr' && isNamed(args[0], 'zoneinfo.ZoneInfo') && args[1] === '_unpickle')
    return new PyObject('zoneinfo', 'ZoneInfo._unpickle');
  return makeKnown(name, args, machine.budget) ?? described(machine, callable, args);
};

const pushReduced = (machine: Machine, made: unknown): void => {
  machine.budget.object();
  machine.push(made);
};

const reduce: Handler = (m) => {
  const args = argsOf(m.pop());
  pushReduced(m, reduced(m, onlyNamed(m.pop()), args));
};

const newObject = (machine: Machine, kwargs?: unknown): void => {
  const args = argsOf(machine.pop());
  const made = blank(machine, onlyNamed(machine.pop()), args);
  if (kwargs !== undefined && !(isDict(kwargs) && Object.keys(kwargs).length === 0)) {
    if (!(made instanceof PyObject)) throw new PickleError('it gives named arguments to what takes none');
    setKwargs(made, kwargs);
  }
  pushReduced(machine, made);
};

const uuidText = (state: unknown): string => {
  const int = isDict(state) ? state.int : undefined;
  if ((typeof int === 'number' || typeof int === 'bigint') && int >= 0)
    return new PyUuid(int.toString(16).padStart(32, '0')).text;
  throw new PickleError('uuid.UUID cannot be read: its state is not its number');
};

const build: Handler = (m) => {
  const state = m.pop();
  const target = m.top();
  if (target instanceof PyUuid) (target as { text: string }).text = uuidText(state);
  else if (target instanceof PyObject) setState(target, state);
  else throw new PickleError('it sets the state of what has none');
};

const extension = (): never => {
  throw new PickleError('it uses a number of the extension registry, which only its writer knows');
};

const persistent = (): never => {
  throw new PickleError('it uses a persistent id, which only its writer can resolve');
};

const instance = (machine: Machine, cls: unknown, args: readonly unknown[]): void =>
  pushReduced(machine, reduced(machine, onlyNamed(cls), args));

/** Names of classes, and what is made from them. */
export const objects: readonly (readonly [opcode: number, handler: Handler])[] = [
  [OP.GLOBAL, (m) => m.push(global(m))],
  [
    OP.STACK_GLOBAL,
    (m) => {
      const name = m.pop();
      m.push(named(m, m.pop(), name));
    },
  ],
  [OP.REDUCE, reduce],
  [OP.NEWOBJ, (m) => newObject(m)],
  [OP.NEWOBJ_EX, (m) => newObject(m, m.pop())],
  [OP.BUILD, build],
  [OP.INST, (m) => instance(m, global(m), m.popMark())],
  [
    OP.OBJ,
    (m) => {
      const [cls, ...args] = m.popMark();
      instance(m, cls, args);
    },
  ],
  [OP.EXT1, extension],
  [OP.EXT2, extension],
  [OP.EXT4, extension],
  [OP.PERSID, persistent],
  [OP.BINPERSID, persistent],
];
