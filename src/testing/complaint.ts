import { AssertionError } from 'node:assert';
import { fileURLToPath } from 'node:url';

// Where this package's own files are: as a URL, and as a path, which is how a stack has it once it is mapped.
const folder = new URL('..', import.meta.url);
const OURS = [folder.href, fileURLToPath(folder)];

/** Whether a line of a stack is this package's own. */
export const isOurs = (frame: string): boolean => OURS.some((each) => frame.includes(each));

/** What is wrong with a spec itself, and what to do: every runner reports an AssertionError as a failure. */
export const complaint = (message: string): AssertionError => new AssertionError({ message: `marbles: ${message}` });

/** The same error, reported where the spec said what it expects. */
export const placed = (error: Error, place: Error): Error => {
  const frames = place.stack?.split('\n').filter((line) => /^\s+at /.test(line) && !isOurs(line)) ?? [];
  error.stack = [`${error.name}: ${error.message}`, ...frames].join('\n');
  return error;
};

/** `a, b and c` */
export const listed = (names: Iterable<string>): string => {
  const all = [...names];
  const last = all.pop() ?? 'none';
  return all.length === 0 ? last : `${all.join(', ')} and ${last}`;
};

/** The same error, saying more. */
export const addTo = (error: Error, more: string): Error => {
  const { message, stack = '' } = error;
  error.message = message + more;
  error.stack = stack.replace(message, () => message + more);
  return error;
};
