import { PyDate, PyDateTime, PyTime, PyTimeDelta, PyTimeZone, type PyTzInfo, PyZoneInfo } from './times.ts';

type Args = readonly unknown[];

// The state is bytes; pickles of Python 2 have it as a string of as many characters.
const stateOf = (value: unknown, length: number): Buffer => {
  const state = typeof value === 'string' && value.length === length ? Buffer.from(value, 'latin1') : value;
  if (Buffer.isBuffer(state) && state.length === length) return state;
  throw new TypeError(`its state is not ${length} bytes`);
};

const at = (state: Buffer, i: number): number => state[i] as number;

const tzinfo = (args: Args): PyTzInfo => {
  if (args.length > 2) throw new TypeError('it has too many arguments');
  return (args[1] ?? null) as PyTzInfo;
};

// The highest bit of the month or hour says which of two equal times of the clock it is, where the clock is set back.
const FOLD = 0x80;

const dateTime = (args: Args): PyDateTime => {
  const s = stateOf(args[0], 10);
  const month = at(s, 2) & ~FOLD;
  const fold = at(s, 2) >> 7;
  return new PyDateTime(
    s.readUInt16BE(0),
    month,
    at(s, 3),
    at(s, 4),
    at(s, 5),
    at(s, 6),
    s.readUIntBE(7, 3),
    tzinfo(args),
    fold,
  );
};

const time = (args: Args): PyTime => {
  const s = stateOf(args[0], 6);
  return new PyTime(at(s, 0) & ~FOLD, at(s, 1), at(s, 2), s.readUIntBE(3, 3), tzinfo(args), at(s, 0) >> 7);
};

const date = (args: Args): PyDate => {
  const s = stateOf(args[0], 4);
  return new PyDate(s.readUInt16BE(0), at(s, 2), at(s, 3));
};

/** What `datetime` and `zoneinfo` have: by name, how it is read from its arguments. */
export const knownTimes: readonly (readonly [name: string, make: (args: Args) => object])[] = [
  ['datetime.datetime', dateTime],
  ['datetime.date', date],
  ['datetime.time', time],
  ['datetime.timedelta', ([days, seconds, us]) => new PyTimeDelta(days as number, seconds as number, us as number)],
  ['datetime.timezone', ([offset, name]) => new PyTimeZone(offset as PyTimeDelta, name as string | undefined)],
  ['zoneinfo.ZoneInfo._unpickle', ([key]) => new PyZoneInfo(key as string)],
];
