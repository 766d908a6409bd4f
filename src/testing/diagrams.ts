import { TestScheduler } from 'rxjs/testing';
import { complaint, listed } from './complaint.ts';

// Diagrams as RxJS reads them in run mode: a space is nothing, `10ms ` is time, all else is one frame.

export interface Moment {
  readonly frame: number;
  /** A letter, or `|` or `#`. */
  readonly mark: string;
}

/** What happens when. */
export const momentsOf = (diagram: string): Moment[] =>
  TestScheduler.parseMarbles(diagram, undefined, '#', false, true).map(({ frame, notification }) => {
    if (notification.kind === 'N') return { frame, mark: String(notification.value) };
    return { frame, mark: notification.kind === 'C' ? '|' : '#' };
  });

/** As `momentsOf`, of a diagram that may say no more than this. */
export const momentsAmong = (what: string, diagram: string, marks: string, means: string): Moment[] => {
  const moments = momentsOf(diagram);
  const other = moments.find(({ mark }) => !marks.includes(mark));
  if (other !== undefined) throw complaint(`${what}: '${diagram}' says ${other.mark}, expected ${means}`);
  return moments;
};

/** The last frame a diagram shows, however little happens there. Of a hot one also what it shows before its `^`. */
export const lastFrameOf = (diagram: string): number =>
  (momentsOf(`${diagram.replace(/[!^]/g, '-')}|`).at(-1)?.frame ?? 0) - 1;

/** The frame of the one `!` in a diagram. */
export const frameOf = (what: string, diagram: string): number => {
  const { unsubscribedFrame } = TestScheduler.parseMarblesAsSubscriptions(diagram, true);
  if (unsubscribedFrame === Number.POSITIVE_INFINITY)
    throw complaint(`${what}: '${diagram}' has no '!', which says when to look`);
  return unsubscribedFrame;
};

export const lettersOf = (moments: readonly Moment[]): Set<string> =>
  new Set(moments.map(({ mark }) => mark).filter((mark) => mark !== '|' && mark !== '#'));

/**
 * What each letter of a diagram stands for: with no `values`, or none in them, itself.
 * Complains of a letter without a value, and of a value for a letter that is not there.
 */
export const meaningOf = <T>(
  what: string,
  diagram: string,
  values: Readonly<Record<string, T>> | undefined,
): ((letter: string) => T) => {
  if (values === undefined || Object.keys(values).length === 0) return (letter) => letter as T;
  const letters = lettersOf(momentsOf(diagram));
  const nameless = [...letters].filter((letter) => !(letter in values));
  if (nameless.length > 0)
    throw complaint(
      `${what}: '${diagram}' names ${listed(nameless)}, which the payloads do not: give a payload for each letter, or none at all`,
    );
  onlyFor(what, diagram, letters, values);
  return (letter) => values[letter] as T;
};

/** Complains of a value for a letter that is not in the diagram. */
export const onlyFor = (what: string, diagram: string, letters: ReadonlySet<string>, values: object): void => {
  const unknown = Object.keys(values).filter((letter) => !letters.has(letter));
  if (unknown.length > 0)
    throw complaint(`${what}: no task ${listed(unknown)} in '${diagram}', which has ${listed(letters)}`);
};
