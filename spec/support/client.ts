import { EventEmitter } from 'node:events';
import type { Redis } from 'ioredis';
import { Link } from '../../src/broker/link.ts';

/** As much of a client of ioredis as a Link sees. It does what the spec makes it do, and notes what it is asked. */
export class StubClient extends EventEmitter {
  status = 'wait';
  readonly calls: string[] = [];
  /** The reply to each command, in order. */
  readonly replies: (() => Promise<unknown>)[] = [];
  /** The reply to each WAIT. */
  readonly waits: (() => Promise<unknown>)[] = [];

  async connect(): Promise<void> {
    this.calls.push('connect');
    this.status = 'connecting';
  }

  disconnect(reconnect = false): void {
    this.calls.push(reconnect ? 'reconnect' : 'disconnect');
  }

  callBuffer(command: string, args: readonly unknown[]): Promise<unknown> {
    this.calls.push(`${command.toUpperCase()} ${args.slice(2).join(' ')}`.trimEnd());
    return this.replies.shift()?.() ?? Promise.resolve('OK');
  }

  bzpopmin(key: string, seconds: number): Promise<unknown> {
    this.calls.push(`BZPOPMIN ${key} ${seconds}`);
    return this.replies.shift()?.() ?? Promise.resolve(null);
  }

  /** A pair for replicas: a script without effect, and WAIT. */
  pipeline([, [, ...wait] = []]: unknown[][]): { exec(): Promise<unknown> } {
    this.calls.push(`WAIT ${wait.join(' ')}`);
    const answer = this.waits.shift()?.() ?? Promise.resolve(0);
    const both = answer.then(
      (count) => [null, count],
      (error) => [error],
    );
    return { exec: async () => [[null, 1], await both] };
  }

  up(): this {
    this.status = 'ready';
    this.emit('ready');
    return this;
  }

  down(error?: Error): this {
    this.status = 'reconnecting';
    if (error !== undefined) this.emit('error', error);
    this.emit('close');
    return this;
  }

  end(): this {
    this.status = 'end';
    this.emit('end');
    return this;
  }
}

export const linkTo = (client: StubClient, owned = true, stall?: number): Link =>
  new Link(client as unknown as Redis, owned, stall);

/** An error the server replied with. */
export const reply = (message: string): Error => Object.assign(new Error(message), { name: 'ReplyError' });
