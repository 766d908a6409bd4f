// The worker processes: started, watched, killed.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { merge, Observable } from 'rxjs';

const WORKER = fileURLToPath(new URL('worker.mjs', import.meta.url));

class Worker {
  #process;
  #over;
  isKilled = false;
  #isStopping = false;

  constructor(name, options) {
    this.name = name;
    this.#process = fork(WORKER, [JSON.stringify({ ...options, name })]);
    this.#over = once(this.#process, 'exit');
  }

  /** No farewell: it holds tasks, and nobody is told. */
  kill() {
    this.isKilled = true;
    this.#process.kill('SIGKILL');
  }

  /** Lets it finish what it is at. */
  async stop() {
    this.#isStopping = true;
    if (this.#process.connected) this.#process.disconnect();
    const late = setTimeout(() => this.#process.kill('SIGKILL'), 3_000);
    await this.#over;
    clearTimeout(late);
  }

  /** Errors when it ends although nobody asked it to; never emits. */
  get failure() {
    return new Observable((out) => {
      const ended = (code) =>
        this.isKilled || this.#isStopping || out.error(new Error(`${this.name} ended by itself (${code})`));
      this.#process.once('exit', ended);
      return () => this.#process.off('exit', ended);
    });
  }
}

export class Workers {
  constructor(count, options) {
    this.all = Array.from({ length: count }, (_, i) => new Worker(`worker ${i + 1}`, options));
    this.failure = merge(...this.all.map(({ failure }) => failure));
  }

  stop() {
    return Promise.all(this.all.map((worker) => worker.stop()));
  }
}
