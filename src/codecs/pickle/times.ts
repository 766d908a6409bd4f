import { count, outOfRange, text, wrongType } from '../../check.ts';
import { PyObject } from './types.ts';

const DAY = 86_400;

/** A datetime.timedelta of Python, carried over as Python does: seconds below one day, microseconds below one second. */
export class PyTimeDelta {
  readonly days: number;
  readonly seconds: number;
  readonly microseconds: number;

  constructor(days = 0, seconds = 0, microseconds = 0) {
    const any = { min: Number.MIN_SAFE_INTEGER };
    const us = count('PyTimeDelta', 'microseconds', microseconds, any);
    const s = count('PyTimeDelta', 'seconds', seconds, any) + Math.floor(us / 1e6);
    const d = count('PyTimeDelta', 'days', days, any) + Math.floor(s / DAY);
    this.days = count('PyTimeDelta', 'days', d, { min: -999_999_999, max: 999_999_999 });
    this.seconds = s - Math.floor(s / DAY) * DAY;
    this.microseconds = us - Math.floor(us / 1e6) * 1e6;
  }

  /** In milliseconds, with a fraction for the microseconds. */
  toMilliseconds(): number {
    return (this.days * DAY + this.seconds) * 1_000 + this.microseconds / 1_000;
  }
}

/** A datetime.timezone of Python: a fixed distance from UTC. */
export class PyTimeZone {
  readonly offset: PyTimeDelta;
  declare readonly name?: string;

  constructor(offset: PyTimeDelta, name?: string) {
    if (!(offset instanceof PyTimeDelta)) throw wrongType('PyTimeZone', 'offset', offset, 'a PyTimeDelta');
    if (Math.abs(offset.toMilliseconds()) >= DAY * 1_000)
      throw outOfRange('PyTimeZone', 'offset', offset.toMilliseconds(), 'less than a day');
    this.offset = offset;
    if (name !== undefined) this.name = text('PyTimeZone', 'name', name);
  }

  static readonly utc: PyTimeZone = new PyTimeZone(new PyTimeDelta());
}

/** A zoneinfo.ZoneInfo of Python: only the name of a zone, as `Europe/Berlin`. */
export class PyZoneInfo {
  readonly key: string;

  constructor(key: string) {
    this.key = text('PyZoneInfo', 'key', key);
  }
}

/** The zone of a datetime or time; null when it is naive. A PyObject is one of a class that is not known here. */
export type PyTzInfo = PyTimeZone | PyZoneInfo | PyObject | null;

const zone = (where: string, value: PyTzInfo): PyTzInfo => {
  if (value === null || value instanceof PyTimeZone || value instanceof PyZoneInfo || value instanceof PyObject)
    return value;
  throw wrongType(where, 'tzinfo', value, 'a PyTimeZone, PyZoneInfo or null');
};

// The calendar repeats every 400 years, and Date.UTC mistakes years below 100 for ones of the 20th century.
const daysIn = (year: number, month: number): number => new Date(Date.UTC(2_000 + (year % 400), month, 0)).getUTCDate();

/** A datetime.date of Python. */
export class PyDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;

  constructor(year: number, month: number, day: number) {
    this.year = count('PyDate', 'year', year, { min: 1, max: 9_999 });
    this.month = count('PyDate', 'month', month, { min: 1, max: 12 });
    this.day = count('PyDate', 'day', day, { min: 1, max: daysIn(year, month) });
  }
}

/** A datetime.time of Python, with its microseconds. */
export class PyTime {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly microsecond: number;
  readonly tzinfo: PyTzInfo;
  readonly fold: number;

  constructor(hour = 0, minute = 0, second = 0, microsecond = 0, tzinfo: PyTzInfo = null, fold = 0) {
    this.hour = count('PyTime', 'hour', hour, { max: 23 });
    this.minute = count('PyTime', 'minute', minute, { max: 59 });
    this.second = count('PyTime', 'second', second, { max: 59 });
    this.microsecond = count('PyTime', 'microsecond', microsecond, { max: 999_999 });
    this.tzinfo = zone('PyTime', tzinfo);
    this.fold = count('PyTime', 'fold', fold, { max: 1 });
  }
}

/**
 * A datetime.datetime of Python, naive (`tzinfo` null) or aware, with its microseconds; the arguments are Python's.
 * A Date is written as an aware one in UTC.
 */
export class PyDateTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly microsecond: number;
  readonly tzinfo: PyTzInfo;
  readonly fold: number;

  constructor(
    year: number,
    month: number,
    day: number,
    hour = 0,
    minute = 0,
    second = 0,
    microsecond = 0,
    tzinfo: PyTzInfo = null,
    fold = 0,
  ) {
    this.year = count('PyDateTime', 'year', year, { min: 1, max: 9_999 });
    this.month = count('PyDateTime', 'month', month, { min: 1, max: 12 });
    this.day = count('PyDateTime', 'day', day, { min: 1, max: daysIn(year, month) });
    this.hour = count('PyDateTime', 'hour', hour, { max: 23 });
    this.minute = count('PyDateTime', 'minute', minute, { max: 59 });
    this.second = count('PyDateTime', 'second', second, { max: 59 });
    this.microsecond = count('PyDateTime', 'microsecond', microsecond, { max: 999_999 });
    this.tzinfo = zone('PyDateTime', tzinfo);
    this.fold = count('PyDateTime', 'fold', fold, { max: 1 });
  }

  /** Aware, in UTC. */
  static utc(date: Date): PyDateTime {
    return PyDateTime.#from(date, PyTimeZone.utc);
  }

  /** Naive, with the hands of UTC: what `datetime.utcnow()` gives. */
  static naiveUtc(date: Date): PyDateTime {
    return PyDateTime.#from(date, null);
  }

  static #from(date: Date, tzinfo: PyTzInfo): PyDateTime {
    if (!(date instanceof Date) || Number.isNaN(date.getTime()))
      throw wrongType('PyDateTime', 'date', date, 'a valid Date');
    const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
    const [h, m, s, ms] = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds(), date.getUTCMilliseconds()];
    return new PyDateTime(year, month, day, h, m, s, ms * 1_000, tzinfo);
  }

  /**
   * The same instant as a Date, cut to milliseconds. A naive one says nothing about its zone, so say it: `'utc'`
   * or `'local'`. A named zone is not resolved here.
   */
  toDate({ naive }: { readonly naive?: 'utc' | 'local' } = {}): Date {
    const { year, month, day, hour, minute, second, microsecond, tzinfo } = this;
    if (tzinfo !== null && !(tzinfo instanceof PyTimeZone))
      throw new TypeError('PyDateTime: only a fixed offset can become a Date, not a named zone');
    if (tzinfo === null && naive === undefined)
      throw new TypeError("PyDateTime: it is naive, call toDate({ naive: 'utc' }) or toDate({ naive: 'local' })");
    const date = new Date(0);
    const local = tzinfo === null && naive === 'local';
    local ? date.setFullYear(year, month - 1, day) : date.setUTCFullYear(year, month - 1, day);
    const clock = [hour, minute, second, Math.floor(microsecond / 1_000)] as const;
    local ? date.setHours(...clock) : date.setUTCHours(...clock);
    return tzinfo === null ? date : new Date(Math.floor(date.getTime() - tzinfo.offset.toMilliseconds()));
  }
}
