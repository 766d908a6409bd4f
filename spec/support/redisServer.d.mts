export interface FoundRedis {
  /** Path of the executable. */
  readonly binary: string;
  /** `7.0.15` */
  readonly version: string;
  /** Where it came from, in words. */
  readonly how: string;
}

/**
 * Finds a Redis or Valkey, 6.2 or newer: `$REDIS_SERVER`, then PATH and the usual folders; on Debian and
 * Ubuntu it installs one (root) or unpacks one into a cache folder, unless `$REDIS_FETCH` is `no`. Rejects with the command that gets one.
 */
export function findRedis(): Promise<FoundRedis>;

export interface RedisOptions {
  /** After ours, so they win: `['--appendonly', 'yes', '--tls-port', '…']`. Keep the plain port: readiness is asked there. */
  readonly args?: readonly string[];
  /** A configuration file; what is said in `args` goes before it. */
  readonly file?: string;
  /** Default: a free one. */
  readonly port?: number;
  /** Default: a temporary one, removed by `stop()`. */
  readonly dir?: string;
}

export interface RedisServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly dir: string;
  readonly pid: number;
  /** When the process that runs now is gone. `restart()` begins a new one. */
  readonly exited: Promise<void>;
  /** Ends it, frozen or not, and removes its folder if that was ours. */
  stop(): Promise<void>;
  /** SIGKILL; resolves when it is dead. The folder stays, for `restart()`. */
  kill(): Promise<void>;
  /** SIGSTOP: connections stay, nothing answers. */
  freeze(): void;
  /** SIGCONT */
  thaw(): void;
  /** Same port, folder and arguments; ends it first if it still runs. */
  restart(): Promise<void>;
}

/** Starts a private server on 127.0.0.1. It ends with this process, even when this process is killed. */
export function startRedis(options?: RedisOptions): Promise<RedisServer>;
