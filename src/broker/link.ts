import type { EventEmitter } from 'node:events';
import type { Cluster, Redis } from 'ioredis';
import { Subject } from 'rxjs';
import { closed, QueueError } from '../errors.ts';
import type { LinkEvent } from './broker.ts';
import { STALL } from './call.ts';
import { away, isSelect, lasting } from './faults.ts';

/** Told when the connection can be used, or why it cannot. */
type Waiter = (error?: QueueError) => void;

/** One connection, and what is known of its health. */
export class Link {
  readonly client: Redis | Cluster;
  readonly events = new Subject<LinkEvent>();
  readonly #owned: boolean;
  readonly #waiters = new Set<Waiter>();
  readonly #listeners: readonly (readonly [event: string, listener: (error?: Error) => void])[];
  #lastError: Error | undefined;
  #refused: QueueError | undefined;
  /** The connection there is leads to another database than was asked for: the driver goes on all the same, we do not. */
  #astray = false;
  #greeting: NodeJS.Timeout | undefined;
  #lost = false;
  #closed = false;

  /** `stall`: ms a new connection may take until it can be used. */
  constructor(client: Redis | Cluster, owned: boolean, stall = STALL) {
    this.client = client;
    this.#owned = owned;
    this.#listeners = [
      ['connect', () => this.#onConnect(stall)],
      ['ready', () => this.#onReady()],
      ['close', () => this.#onLost()],
      ['end', () => this.#onEnd()],
      ['error', (error) => this.#onError(error)],
    ];
    for (const [event, listener] of this.#listeners) (client as EventEmitter).on(event, listener);
  }

  /** Whether it can be used now. */
  get up(): boolean {
    return !this.#closed && this.client.status === 'ready' && !this.#astray;
  }

  /** Resolves when the connection can be used; rejects when it cannot be mended, or is away for `ms` more of `patience`. */
  ready(ms: number, patience = ms): Promise<void> {
    if (this.#closed) return Promise.reject(closed());
    if (this.up) return Promise.resolve();
    if (this.#refused !== undefined) return Promise.reject(this.#refused);
    if (this.client.status === 'wait') this.client.connect().catch(() => {}); // told by the error event
    if (this.client.status === 'end') return Promise.reject(this.#ended());
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      const heard: Waiter = (error) => {
        clearTimeout(timer);
        this.#waiters.delete(heard);
        if (error === undefined) resolve();
        else reject(error);
      };
      this.#waiters.add(heard);
      if (ms !== Number.POSITIVE_INFINITY) timer = setTimeout(() => heard(away(patience, this.#lastError)), ms);
    });
  }

  /** Drops a connection that no longer answers, for a new one. A client handed in is left alone. */
  renew(): void {
    const connected = this.client.status === 'ready' || this.client.status === 'connect';
    if (this.#owned && !this.#closed && connected) this.client.disconnect(true);
  }

  get closed(): boolean {
    return this.#closed;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#greeting);
    this.#tell(closed());
    for (const [event, listener] of this.#listeners) (this.client as EventEmitter).off(event, listener);
    this.events.complete();
    if (!this.#owned) return;
    this.client.on('error', () => {}); // a socket that dies while it is being closed is no news to anyone
    this.client.disconnect();
  }

  /** The network may freeze between the first packet and the last word of the greeting, too. */
  #onConnect(stall: number): void {
    clearTimeout(this.#greeting);
    this.#greeting = setTimeout(() => this.renew(), stall);
  }

  #onReady(): void {
    clearTimeout(this.#greeting);
    if (this.#astray) return;
    this.#refused = undefined;
    this.#tell();
    if (this.#lost) this.events.next({ type: 'reconnected' });
    this.#lost = false;
  }

  #onLost(): void {
    clearTimeout(this.#greeting);
    this.#astray = false;
    if (this.#lost) return;
    this.#lost = true;
    const cause = this.#lastError;
    this.events.next(cause === undefined ? { type: 'reconnecting' } : { type: 'reconnecting', cause });
  }

  #onEnd(): void {
    this.#tell(this.#ended());
  }

  #onError(error: Error | undefined): void {
    this.#lastError = error;
    this.#refused = lasting(error);
    this.#astray ||= isSelect(error);
    if (this.#refused !== undefined) this.#tell(this.#refused);
    else if (this.#astray) this.renew();
  }

  #tell(error?: QueueError): void {
    for (const waiter of [...this.#waiters]) waiter(error);
  }

  #ended(): QueueError {
    const why = this.#lastError === undefined ? '' : `: ${this.#lastError.message}`;
    return new QueueError('CONNECTION', `The client is disconnected and does not reconnect by itself${why}`, {
      cause: this.#lastError,
      heals: false,
    });
  }
}
