import { PyDate, PyDateTime, PyTime, PyTimeDelta, PyTimeZone, PyZoneInfo } from './times.ts';
import { PyByteArray, PyComplex, PyDecimal, PyFloat, PyUuid } from './types.ts';

/** What Python is to call, and with what: only ever one of the few below. */
export interface Call {
  readonly module: string;
  readonly name: string;
  readonly args: readonly unknown[];
}

const call = (module: string, name: string, ...args: readonly unknown[]): Call => ({ module, name, args });

const zoned = (name: string, state: Buffer, tzinfo: unknown): Call =>
  tzinfo === null ? call('datetime', name, state) : call('datetime', name, state, tzinfo);

const us = (value: number): readonly number[] => [value >> 16, (value >> 8) & 0xff, value & 0xff];

const dateTime = ({ year, month, day, hour, minute, second, microsecond, tzinfo, fold }: PyDateTime): Call => {
  const clock = [hour, minute, second, ...us(microsecond)];
  const state = Buffer.from([year >> 8, year & 0xff, month | (fold << 7), day, ...clock]);
  return zoned('datetime', state, tzinfo);
};

const time = ({ hour, minute, second, microsecond, tzinfo, fold }: PyTime): Call =>
  zoned('time', Buffer.from([hour | (fold << 7), minute, second, ...us(microsecond)]), tzinfo);

const timeZone = ({ offset, name }: PyTimeZone): Call =>
  name === undefined ? call('datetime', 'timezone', offset) : call('datetime', 'timezone', offset, name);

/** How Python makes an object like this one; undefined when it is of no class that is known. */
export const callFor = (value: object): Call | undefined => {
  if (value instanceof Date) return dateTime(PyDateTime.utc(value));
  if (value instanceof PyDateTime) return dateTime(value);
  if (value instanceof PyDate)
    return call('datetime', 'date', Buffer.from([value.year >> 8, value.year & 0xff, value.month, value.day]));
  if (value instanceof PyTime) return time(value);
  if (value instanceof PyTimeDelta) return call('datetime', 'timedelta', value.days, value.seconds, value.microseconds);
  if (value instanceof PyTimeZone) return timeZone(value);
  // The 1 says that its zone may come from Python's cache, as it is by default.
  if (value instanceof PyZoneInfo) return call('zoneinfo', 'ZoneInfo._unpickle', value.key, 1);
  if (value instanceof PyDecimal) return call('decimal', 'Decimal', value.text);
  if (value instanceof PyUuid) return call('uuid', 'UUID', value.text);
  if (value instanceof PyComplex) return call('builtins', 'complex', new PyFloat(value.real), new PyFloat(value.imag));
  if (value instanceof PyByteArray) return call('builtins', 'bytearray', value.bytes);
  return undefined;
};
