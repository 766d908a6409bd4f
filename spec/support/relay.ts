import { once } from 'node:events';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { freePort } from './freePort.mjs';

/**
 * What becomes of bytes on their way to Redis:
 *
 *     pass               as if nothing were between
 *     cut-before-forward Redis never sees them, the client's socket is destroyed
 *     cut-after-forward  Redis gets and answers them, and whatever follows on this socket; then the client loses
 *                        it and never hears an answer
 */
export type Fate = 'pass' | 'cut-after-forward' | 'cut-before-forward';

/** Asked for each chunk a client sends: a command, many, or a part of a large one. */
export type RequestHook = (bytes: Buffer) => Fate;

/** Once an answer has begun, how long Redis must be silent to be taken as done with all it was sent. */
const SILENCE = 20;

/** A network between a client and Redis, to be broken at will. */
export class Relay implements AsyncDisposable {
  readonly port: number;
  readonly #target: number;
  readonly #links = new Set<Link>();
  #server: Server | undefined;
  #hook: RequestHook = () => 'pass';
  #paused = false;
  #dropping = false;

  constructor(port: number, target: number) {
    this.port = port;
    this.#target = target;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** How many clients are connected. */
  connections(): number {
    return this.#links.size;
  }

  /** Destroys all sockets there are now. New ones are welcome. */
  cut(): void {
    for (const link of this.#links) link.cut();
  }

  /** A frozen network: sockets stay, new ones are accepted, nothing moves either way. */
  pause(): void {
    this.#paused = true;
    for (const link of this.#links) link.pause();
  }

  /** Goes on with whatever piled up. */
  resume(): void {
    this.#paused = false;
    for (const link of this.#links) link.resume();
  }

  /** `true`: connection refused for new clients. Those there stay: `cut()` them. */
  async refuse(on: boolean): Promise<void> {
    if (on) {
      this.#server?.close();
      this.#server = undefined;
    } else if (this.#server === undefined) {
      this.#server = createServer((client) => this.#accept(client)).listen(this.port, '127.0.0.1');
      await once(this.#server, 'listening');
    }
  }

  /** Requests reach Redis, replies are thrown away. Follow with `cut()`: a client would wait for ever. */
  dropReplies(on: boolean): void {
    this.#dropping = on;
  }

  /** Decides the fate of each request; without a hook all pass. Stays until replaced. */
  onRequest(hook: RequestHook = () => 'pass'): void {
    this.#hook = hook;
  }

  async close(): Promise<void> {
    await this.refuse(true);
    this.cut();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #accept(client: Socket): void {
    const redis = createConnection({ port: this.#target, host: '127.0.0.1', noDelay: true });
    const link = new Link(client.setNoDelay(true), redis, {
      fate: (bytes) => this.#hook(bytes),
      dropping: () => this.#dropping,
      gone: () => this.#links.delete(link),
    });
    this.#links.add(link);
    if (this.#paused) link.pause();
  }
}

interface Rules {
  fate(bytes: Buffer): Fate;
  dropping(): boolean;
  gone(): void;
}

/** One client's socket and its counterpart. */
class Link {
  readonly #client: Socket;
  readonly #redis: Socket;
  /** Set when the client is to lose its socket as soon as Redis has answered. */
  #doomed = false;
  #silence: NodeJS.Timeout | undefined;

  constructor(client: Socket, redis: Socket, rules: Rules) {
    this.#client = client;
    this.#redis = redis;
    client.on('data', (bytes) => this.#request(bytes, rules));
    redis.on('data', (bytes) => this.#reply(bytes, rules));
    for (const socket of [client, redis])
      socket
        .on('error', () => {})
        .on('close', () => {
          this.cut();
          rules.gone();
        });
  }

  cut(): void {
    clearTimeout(this.#silence);
    this.#client.destroy();
    this.#redis.destroy();
  }

  pause(): void {
    this.#client.pause();
    this.#redis.pause();
  }

  resume(): void {
    this.#client.resume();
    this.#redis.resume();
  }

  #request(bytes: Buffer, rules: Rules): void {
    // The rest of a large request, or what else the client sends before it hears of the cut, goes the same way.
    const fate = this.#doomed ? 'cut-after-forward' : rules.fate(bytes);
    if (fate === 'cut-before-forward') return this.cut();
    this.#doomed = fate === 'cut-after-forward';
    this.#redis.write(bytes);
  }

  #reply(bytes: Buffer, rules: Rules): void {
    if (this.#doomed) {
      clearTimeout(this.#silence);
      this.#silence = setTimeout(() => this.cut(), SILENCE);
    } else if (!rules.dropping()) this.#client.write(bytes);
  }
}

/** `const relay = await startRelay(redis.port)`, then connect clients to `relay.url`. */
export const startRelay = async (target: number): Promise<Relay> => {
  const relay = new Relay(await freePort(), target);
  await relay.refuse(false);
  return relay;
};
