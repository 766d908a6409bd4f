import { asyncScheduler, defer, map, Observable, type SchedulerLike } from 'rxjs';
import type { LinkEvent } from './broker.ts';
import { type Argument, Caller, type Run } from './call.ts';
import { type Connection, connect, type Lines } from './connection.ts';
import { type Replicas, Replicated } from './replicated.ts';
import type { Script } from './script.ts';
import { Waiting } from './waiting.ts';

/** The names of all keys, by what the headers of the scripts call them; `wake` is where idle consumers wait. */
export type Keys = Readonly<Record<string, string>> & { readonly wake: string };

/** What every storage in Redis has, a queue's or a pool's: its connections, and scripts that outlast them. */
export abstract class RedisSupply {
  readonly scheduler: SchedulerLike = asyncScheduler;
  readonly link: Observable<LinkEvent>;
  readonly confirms: boolean;
  /** For what only reads, and for leases: a failover that forgets one costs a second delivery, but no task. */
  protected readonly reply: Run;
  readonly #lines: Lines;
  readonly #caller: Caller;
  readonly #waiting: Waiting;
  readonly #waitings: Waiting[] = [];
  readonly #nudge: Script;
  readonly #replicated: Replicated | undefined;

  constructor(connection: Connection, keys: Keys, nudge: Script, patience: number, replicas?: Replicas) {
    const lines = connect(connection);
    this.#lines = lines;
    this.#caller = new Caller(lines.commands, keys, { patience });
    this.reply = this.#caller.run;
    this.#waiting = this.waitingFor(keys.wake);
    this.#nudge = nudge;
    this.#replicated = replicas && new Replicated({ link: lines.own('write'), keys, replicas, patience });
    this.confirms = replicas !== undefined;
    this.link = lines.commands.events;
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
      const pending = this.#waitings.map((waiting) => waiting.close()).some(Boolean);
      if (pending) this.#caller.run(this.#nudge, [], timeout).catch(() => undefined);
      await Promise.all([this.#caller.idle(timeout), this.#replicated?.idle(timeout)]);
      this.#replicated?.close();
      this.#lines.release();
      this.#caller.close();
    });
  }

  /** Waits for the marker of a key, on a connection of its own. */
  protected waitingFor(key: string, patience?: number): Waiting {
    const waiting = new Waiting(() => this.#lines.own('wait'), key, patience);
    this.#waitings.push(waiting);
    return waiting;
  }

  /** `reply`, as an Observable. */
  protected run(...call: Parameters<Run>): Observable<unknown> {
    return emitting(() => this.reply(...call));
  }

  /** For what writes: one script. */
  protected write(
    script: Script,
    args: readonly Argument[],
    patience?: number,
    repeated?: () => void,
  ): Observable<unknown> {
    return this.writeAll((run) => run(script, args, patience, repeated), repeated);
  }

  /**
   * For what writes. Emits what `work` resolves to; completes once as many replicas have it as were asked for, or
   * errors with REPLICAS after the emission. `work` may be done again, `repeated` having been called.
   */
  protected writeAll<A>(work: (run: Run) => Promise<A>, repeated?: () => void): Observable<A> {
    const replicated = this.#replicated;
    return replicated === undefined ? emitting(() => work(this.reply)) : defer(() => replicated.write(work, repeated));
  }
}

/** What a promise brings, each time it is asked for. `defer` does the same with three subscribers in between. */
const emitting = <A>(work: () => Promise<A>): Observable<A> =>
  new Observable((out) => {
    work().then(
      (value) => {
        out.next(value);
        out.complete();
      },
      (error: unknown) => out.error(error),
    );
  });
