import type { GetOptions } from '../callOptions.ts';

/** The options of `get`. */
export interface TakeOptions {
  readonly count?: number;
  readonly timeout?: number;
  readonly follow?: boolean;
  readonly ack: boolean;
  readonly exec?: readonly string[];
  readonly concurrency?: number;
  readonly lease?: number;
}

/** How the next tasks are asked for. */
export const waiting = ({ timeout, follow }: TakeOptions, signal: AbortSignal): GetOptions => ({
  signal,
  ...(follow ? {} : { timeout: timeout ?? 0 }),
});
