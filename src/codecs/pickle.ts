import type { Codec } from './codec.ts';
import { dumps, loads, type PickleOptions } from './pickle/pickle.ts';

/** A codec that can also be called by hand, with options. */
export interface PickleCodec extends Codec {
  readonly decode: (bytes: Uint8Array, options?: PickleOptions) => unknown;
}

/**
 * Python's pickle, as data only: reading imports, looks up and calls nothing, whatever the bytes ask for.
 *
 * Reads protocols 0 to 5 and writes 4. Where JavaScript has no type of its own the values are of the classes `Py…`:
 * a tuple is a PyTuple, a datetime a PyDateTime. A dict is a plain object when all its keys are text, else a Map; an
 * int beyond 2 ** 53 is a bigint; a float is a number, so 3.0 comes back as the int 3 unless it is read with
 * `{ floats: 'wrap' }`. An object of another class makes the payload undecodable, naming the class; by hand,
 * `pickle.decode(bytes, { unknown: 'opaque' })` describes it.
 *
 * The other way round there is no such safety: Python runs what a pickle says, so whoever can write to your Redis
 * can run code in Python consumers that read pickle.
 */
export const pickle: PickleCodec = {
  name: 'pickle',
  encode: dumps,
  decode: loads,
};
