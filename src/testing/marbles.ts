import type { MarbleHelpers } from './helpers.ts';
import { MarbleSpec } from './marbleSpec.ts';

/**
 * A marble spec, to be handed to the `it` of any runner.
 *
 *     works   -#               the first time
 *             --|              the second time
 *     queue   a----------
 *     out     -F------A--      F = fail a: boom, A = ack a; retry: { backoff: 5 }
 *
 * Virtual time ends when nothing is left to do. With a queue, whose timers never end, it ends in the last frame that
 * any diagram of the body shows: to look longer, draw longer. Nothing is waited for then.
 *
 * Throws   AssertionError: when something differs; when nothing is compared, or an expectation lacks its `toBe`;
 *          when a diagram, a payload or an outcome names a task there is none of; when tasks are unsettled at the
 *          end that no `expectQueue` names as leased; when the body is async. What the body throws.
 */
export const marbles = (body: (helpers: MarbleHelpers) => void) => (): void => new MarbleSpec().run(body);
