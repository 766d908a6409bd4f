export type { Answer } from './answers.ts';
export type { Backoff, BackoffConfig } from './backoff.ts';
export type { Stats } from './broker/broker.ts';
export type { Connection } from './broker/connection.ts';
export type { PoolStats } from './broker/pool/broker.ts';
export type {
  CloseOptions,
  DropOptions,
  GetOptions,
  MatchingOptions,
  ProcessOptions,
  RequeueOptions,
  TasksOptions,
} from './callOptions.ts';
export type { Codec } from './codecs/codec.ts';
export { registerCodec } from './codecs/codecs.ts';
export { json } from './codecs/json.ts';
export { msgpack } from './codecs/msgpack.ts';
export {
  PickleError,
  type PickleLimits,
  type PickleOptions,
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
} from './codecs/pickle/pickle.ts';
export { type PickleCodec, pickle } from './codecs/pickle.ts';
export { type RawCodec, raw } from './codecs/raw.ts';
export { yaml } from './codecs/yaml.ts';
export type { WorkContext } from './crew.ts';
export type { DeadLetters, DeadListOptions, DeadTask } from './deadLetters.ts';
export { QueueError, type QueueErrorCode, type QueueErrorOptions } from './errors.ts';
export type { QueueEvent } from './events.ts';
export type { FailOptions } from './failOptions.ts';
export { type AckOnCompleteConfig, ackOnComplete } from './operators/ackOnComplete.ts';
export { backoff } from './operators/backoff.ts';
export { type GetMultiConfig, getMulti } from './operators/getMulti.ts';
export { type PutTarget, type PutToConfig, putTo } from './operators/putTo.ts';
export { type RetryLimitConfig, retryLimit } from './operators/retryLimit.ts';
export type { Put, PutOptions } from './put.ts';
export { Queue } from './queue.ts';
export type { QueueOptions, ReplicasOptions, RetryPolicy } from './queueOptions.ts';
export { Err, None, Ok, Option, Result, Some } from './result.ts';
export type { Flow, PayloadOf, SettlementIn, ValueOf, WorkIn } from './stream.ts';
export { type AddOptions, Pool } from './structures/pool.ts';
export type { PoolOptions } from './structures/poolOptions.ts';
export { type UniqueOptions, UniqueQueue, type UniqueQueueOptions } from './structures/uniqueQueue.ts';
export {
  type DeadReason,
  isSettlement,
  type Settled,
  type Settlement,
  type SettlementKind,
  Task,
  type Verdict,
} from './task.ts';
export { TaskBatch } from './taskBatch.ts';
