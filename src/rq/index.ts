export {
  PyByteArray,
  PyComplex,
  PyDate,
  PyDateTime,
  PyDecimal,
  PyFloat,
  PyFrozenSet,
  PyObject,
  PyTime,
  PyTimeDelta,
  PyTimeZone,
  PyTuple,
  type PyTzInfo,
  PyUuid,
  PyZoneInfo,
} from '../codecs/pickle/pickle.ts';
export type { ResultOptions } from './awaiting.ts';
export {
  type Enqueueable,
  type JobDecorator,
  type JobDefaults,
  type JobFunction,
  job,
  jobOf,
} from './decorator.ts';
export type { NamedFunction, RqCallback, RqEnqueueOptions, RqJobRef, RqSeconds } from './enqueueOptions.ts';
export { RqError, type RqErrorCode, type RqErrorOptions } from './errors.ts';
export type { EventsOptions } from './events.ts';
export type { RqCallbackName, RqFields, RqStatus } from './fields.ts';
export { RqJob } from './job.ts';
export { RqQueue } from './queue.ts';
export type { RqJobSpec, RqQueueOptions } from './queueOptions.ts';
export { type PageOptions, RqRegistry, type RqRegistryName } from './registry.ts';
export type { RqAttempt } from './results.ts';
export type { RqCall, RqSerializer, RqSerializerName } from './serializer.ts';
export type { RqConnection } from './store.ts';
export type { RqWebhook } from './webhooks.ts';
export type { RqCallbackEvent, RqCallbackHandler, RqHandler, RqHandlers, RqInvocation } from './worker/handlers.ts';
export type { RqJobsOptions, RqWorkerOptions } from './worker/options.ts';
export { currentJob } from './worker/perform.ts';
export { type RqOutcome, RqRun } from './worker/run.ts';
export { RqWorker } from './worker.ts';
export type { RqWorkerInfo } from './workers.ts';
