import { promiseHooks } from 'node:v8';
import { isOurs, listed } from './complaint.ts';

/**
 * Notes which promises are waited for while virtual time runs. It runs within one turn of the event loop, and a
 * promise needs the next: nothing that waits for one can happen in a marble spec, which then fails in a way that
 * does not say why.
 */
export class PromiseWatch {
  readonly #made = new WeakMap<object, string | undefined>();
  readonly #waited = new Set<string>();
  readonly #stop: () => void;

  constructor() {
    // A hook of V8, not a `then` of our own: everything else in the process keeps the promises it has.
    const stop: unknown = promiseHooks?.onInit?.((promise, parent) => {
      this.#made.set(promise, parent === undefined ? placeOf(new Error()) : undefined);
      if (parent !== undefined) this.#waitsFor(parent);
    });
    this.#stop = typeof stop === 'function' ? (stop as () => void) : () => {};
  }

  stop(): void {
    this.#stop();
  }

  /** What to say of them; nothing if there were none. */
  get note(): string {
    if (this.#waited.size === 0) return '';
    return [
      '',
      '',
      `A promise was waited for in virtual time, where none ever resolves (made ${listed(this.#waited)}).`,
      'Let the work return an Observable: a diagram such as cold("--|"), timer(10), of(value); and write',
      '`await` specs in real time, on a queue with `connection: "memory:"`.',
    ].join('\n');
  }

  #waitsFor(promise: object): void {
    const place = this.#made.has(promise) ? this.#made.get(promise) : 'before virtual time began';
    if (place !== undefined) this.#waited.add(place);
  }
}

/** Where the spec made it; undefined for one of ours, which the spec need not wait for. */
const placeOf = ({ stack = '' }: Error): string | undefined => {
  // The first frame is the hook itself.
  const frames = stack
    .split('\n')
    .filter((line) => /:\d+:\d+\)?$/.test(line))
    .slice(1);
  const maker = frames.find((frame) => !/node:|[\\/]rxjs[\\/]/.test(frame)) ?? 'in this spec';
  return isOurs(maker) ? undefined : maker.trim();
};
