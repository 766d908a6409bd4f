import { asyncScheduler, defer, map, type Observable, type SchedulerLike } from 'rxjs';
import type { LinkEvent } from './broker.ts';
import { type Argument, Caller } from './call.ts';
import { type Connection, connect, type Lines } from './connection.ts';
import type { Script } from './script.ts';
import { Waiting } from './waiting.ts';

/** The names of all keys, by what the headers of the scripts call them; `wake` is where idle consumers wait. */
export type Keys = Readonly<Record<string, string>> & { readonly wake: string };

/** What every storage in Redis has, a queue's or a pool's: its connections, and scripts that outlast them. */
export abstract class RedisSupply {
  readonly scheduler: SchedulerLike = asyncScheduler;
  readonly link: Observable<LinkEvent>;
  readonly #lines: Lines;
  readonly #caller: Caller;
  readonly #waiting: Waiting;
  readonly #nudge: Script;
  readonly #patience: number;

  constructor(connection: Connection, keys: Keys, nudge: Script, patience: number) {
    this.#lines = connect(connection);
    this.#caller = new Caller(this.#lines.commands, keys);
    this.#waiting = new Waiting(() => this.#lines.blocking(), keys.wake);
    this.#nudge = nudge;
    this.#patience = patience;
    this.link = this.#lines.commands.events;
  }

  /** After everything that is ready to run in this turn: what it puts and settles travels together. */
  endOfTurn(flush: () => void): void {
    setImmediate(flush);
  }

  wait(): Observable<void> {
    return this.#waiting.wait();
  }

  nudge(): Observable<void> {
    return this.run(this.#nudge, []).pipe(map(() => undefined));
  }

  close(timeout: number): Observable<void> {
    return defer(async () => {
      // A wake-up on its way to us is lost with the connection: somebody else shall have it.
      if (this.#waiting.close()) this.#caller.run(this.#nudge, [], timeout).catch(() => undefined);
      await this.#caller.idle(timeout);
      this.#lines.release();
      this.#caller.close();
    });
  }

  protected reply(script: Script, args: readonly Argument[], patience = this.#patience): Promise<unknown> {
    return this.#caller.run(script, args, patience);
  }

  protected run(
    script: Script,
    args: readonly Argument[],
    patience = this.#patience,
    repeated?: () => void,
  ): Observable<unknown> {
    return defer(() => this.#caller.run(script, args, patience, repeated));
  }
}
