import type { QueueError } from '../errors.ts';
import type { Result } from '../result.ts';
import type { RqError } from '../rq/errors.ts';

// How a command ends: its exit code, and the one line that says why.

export const DONE = 0;
/** Nothing there, or partly failed. */
export const FAILED = 1;
/** Wrong use. */
export const MISUSE = 2;
/** Redis cannot be reached, or refuses. */
export const UNREACHABLE = 3;

export type Exit = typeof DONE | typeof FAILED | typeof MISUSE | typeof UNREACHABLE;

/** Ends a command. Its message is one line, and says what to do where something can be done. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exit: Exit;

  constructor(exit: Exit, message: string, cause?: unknown) {
    super(oneLine(message), cause === undefined ? undefined : { cause });
    this.exit = exit;
  }
}

export const misuse = (message: string): CliError => new CliError(MISUSE, message);

export const oneLine = (text: string): string => text.trim().replace(/\s*\n\s*/g, ' ');

/** What a call of the library answered, or the end of the command. */
export const need = <T>(result: Result<T, QueueError | RqError>): T => {
  if (result.ok) return result.val;
  const { code, message } = result.val;
  throw new CliError(code === 'CONNECTION' ? UNREACHABLE : FAILED, message, result.val);
};

/** Whatever was thrown, as the end of a command: the library throws these two for wrong use. */
export const asCliError = (error: unknown): CliError => {
  if (error instanceof CliError) return error;
  if (error instanceof TypeError || error instanceof RangeError) return new CliError(MISUSE, error.message, error);
  const { code, message } = error as { code?: unknown; message?: string };
  return new CliError(code === 'CONNECTION' ? UNREACHABLE : FAILED, message ?? String(error), error);
};
