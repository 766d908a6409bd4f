import { inspect } from 'node:util';
import { textOf } from '../errors.ts';
import type { FailOptions } from '../failOptions.ts';
import { isSettlement, type Settled, type SettlementKind, Task, type Verdict } from '../task.ts';
import { TaskBatch } from '../taskBatch.ts';

// Settlements as text: `ack a = 1`, `fail b: boom (delay 100)`. It is what a diff shows and what it compares, so a
// spec may as well write the text itself.

interface Outcome extends Partial<Omit<Verdict, 'kind'>> {
  readonly kind: SettlementKind;
  readonly id: string;
  readonly value?: unknown;
  readonly ok?: boolean;
}

const valueText = (value: unknown): string =>
  inspect(value, { depth: Number.POSITIVE_INFINITY, breakLength: Number.POSITIVE_INFINITY, sorted: true });

const textOfOutcome = ({ kind, id, value, reason, delay, at, dead, ok }: Outcome): string => {
  const why = textOf(reason);
  const notes = [
    delay !== undefined && `delay ${delay}`,
    at !== undefined && `at ${at}`,
    dead !== undefined && `dead ${dead}`,
    ok === false && 'too late',
  ].filter(Boolean);
  return [
    `${kind} ${id}`,
    value === undefined ? '' : ` = ${valueText(value)}`,
    why === '' ? '' : `: ${why}`,
    notes.length === 0 ? '' : ` (${notes.join(', ')})`,
  ].join('');
};

/** `ack a`, or with the last value of its work `ack a = 1`. */
export const ack = (id: string, value?: unknown): string => textOfOutcome({ kind: 'ack', id, value });

/** `fail a: boom (delay 100)`. The reason is an error or its text; options that are not said must not be there. */
export const fail = (id: string, reason?: unknown, options: FailOptions = {}): string =>
  textOfOutcome({ ...options, kind: 'fail', id, reason });

/** `kill a: enough (dead retry-limit)`. */
export const kill = (id: string, reason?: unknown, options: Pick<Verdict, 'dead'> = {}): string =>
  textOfOutcome({ ...options, kind: 'kill', id, reason });

/** `release a`. */
export const release = (id: string, options: FailOptions = {}): string =>
  textOfOutcome({ ...options, kind: 'release', id });

/** `ack a (too late)`: what `settle()` says of a settlement that changed nothing. */
export const late = (outcome: string): string =>
  outcome.endsWith(')') ? `${outcome.slice(0, -1)}, too late)` : `${outcome} (too late)`;

const isSettled = (value: unknown): value is Settled =>
  typeof value === 'object' && value !== null && 'kind' in value && 'ok' in value && 'id' in value;

/**
 * Whatever flows in a pipeline as text: a task is its id, a batch its ids (`a b c`), a settlement, settled or not
 * yet, what became of it. Everything else stays what it is.
 */
export const shown = (value: unknown): unknown => {
  if (value instanceof Task) return value.id;
  if (value instanceof TaskBatch) return value.tasks.map(({ id }) => id).join(' ');
  if (isSettled(value)) return textOfOutcome(value);
  if (isTaskSettlement(value)) return textOfOutcome({ ...value, id: value.task.id });
  return value;
};

/** The tasks an outcome, as text, is about. */
export const idOf = (outcome: unknown): string | undefined =>
  typeof outcome === 'string' ? /^(?:ack|fail|kill|release) (\S+?)(?=:? |:$|$)/.exec(outcome)?.[1] : undefined;

/** Whether it says what is to become of a task. */
export const isTaskSettlement = (value: unknown): value is Outcome & { readonly task: Task } =>
  typeof value === 'object' &&
  value !== null &&
  'task' in value &&
  value.task instanceof Task &&
  isSettlement(value as unknown as Task);
