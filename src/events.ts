import type { QueueError } from './errors.ts';
import type { DeadReason, SettlementKind } from './task.ts';

/** What happens around a queue in this process. Nothing is ever logged: what is not an answer is told here. */
export type QueueEvent =
  /** The connection was lost; streams go on by themselves once it is back. */
  | { readonly type: 'reconnecting'; readonly cause?: Error }
  | { readonly type: 'reconnected' }
  /** Leases had run out, their tasks are back in the queue: a consumer died, or was too slow to renew. */
  | { readonly type: 'swept'; readonly count: number }
  /** A task settled here became a dead letter. */
  | { readonly type: 'dead'; readonly id: string; readonly reason: DeadReason; readonly message: string }
  /** These settlements took effect, but too few replicas confirmed them in time. */
  | { readonly type: 'replicas'; readonly ids: readonly string[]; readonly error: QueueError }
  /** A settlement came too late and changed nothing. */
  | { readonly type: 'stale'; readonly id: string; readonly kind: SettlementKind }
  /** A lease ran out under a living consumer: it was away from Redis, or its event loop blocked, for too long. */
  | { readonly type: 'lost'; readonly id: string }
  /** The pipeline let go of a task without settling it; it goes back to the queue. */
  | { readonly type: 'dropped'; readonly id: string }
  /** A payload could not be decoded: it is among the dead letters, its bytes kept; a pool's is due again later. */
  | { readonly type: 'undecodable'; readonly id: string; readonly error: QueueError }
  /** An id stood in line whose task somebody had deleted from Redis. */
  | { readonly type: 'missing'; readonly id: string }
  /** Something done in the background failed; it is tried again. */
  | { readonly type: 'error'; readonly during: 'sweep' | 'renew' | 'backoff' | 'hand back'; readonly error: Error };
