import type { Redis } from 'ioredis';
import type { Link } from '../../broker/link.ts';
import type { RqStore } from '../store.ts';

/** What can be told to a worker from outside, as by `rq.command`. */
export interface Commands {
  shutdown(): void;
  stopJob(id: string): void;
  killHorse(): void;
}

/** Listens on `rq:pubsub:<worker>`. */
export class CommandLine {
  readonly #store: RqStore;
  readonly #channel: string;
  readonly #commands: Commands;
  #link: Link | undefined;

  constructor(store: RqStore, worker: string, commands: Commands) {
    this.#store = store;
    this.#channel = `rq:pubsub:${worker}`;
    this.#commands = commands;
  }

  /** Resolves when it listens; the driver subscribes again whenever it reconnects. */
  async open(): Promise<void> {
    const link = this.#store.blocking();
    this.#link = link;
    const client = link.client as Redis;
    client.on('message', (_: string, text: string) => this.#obey(text));
    await link.ready(Number.POSITIVE_INFINITY);
    await client.subscribe(this.#channel);
  }

  close(): void {
    this.#link?.close();
    this.#link = undefined;
  }

  // Whatever else somebody publishes there is not for us.
  #obey(text: string): void {
    let payload: { readonly command?: unknown; readonly job_id?: unknown };
    try {
      payload = Object(JSON.parse(text));
    } catch {
      return;
    }
    const { command, job_id: id } = payload;
    if (command === 'shutdown') this.#commands.shutdown();
    else if (command === 'kill-horse') this.#commands.killHorse();
    else if (command === 'stop-job' || command === 'stop-execution') this.#commands.stopJob(String(id));
  }
}
