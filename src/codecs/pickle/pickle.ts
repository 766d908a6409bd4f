export { PickleError } from './error.ts';
export type { PickleLimits } from './limits.ts';
export { loads, type PickleOptions } from './reader.ts';
export { PyDate, PyDateTime, PyTime, PyTimeDelta, PyTimeZone, type PyTzInfo, PyZoneInfo } from './times.ts';
export {
  PyByteArray,
  PyComplex,
  PyDecimal,
  PyFloat,
  PyFrozenSet,
  PyObject,
  PyTuple,
  PyUuid,
} from './types.ts';
export { dumps } from './writer.ts';
