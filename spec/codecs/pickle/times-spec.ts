import assert from 'node:assert/strict';
import { PyDate, PyDateTime, PyTime, PyTimeDelta, PyTimeZone, PyZoneInfo } from '../../../src/codecs/pickle/times.ts';
import { describe } from '../../support/it.ts';

describe('times of Python', (it) => {
  it('carry a timedelta over as Python does', () => {
    const shown = ({ days, seconds, microseconds }: PyTimeDelta) => [days, seconds, microseconds];
    assert.deepStrictEqual(shown(new PyTimeDelta(0, -1)), [-1, 86_399, 0]);
    assert.deepStrictEqual(shown(new PyTimeDelta(1, 86_400, 1_000_001)), [2, 1, 1]);
    assert.deepStrictEqual(shown(new PyTimeDelta(0, 0, -1)), [-1, 86_399, 999_999]);
    assert.equal(new PyTimeDelta(-1, 86_399, 999_000).toMilliseconds(), -1);
    assert.throws(() => new PyTimeDelta(1e9), /PyTimeDelta: days is 1000000000/);
  });

  it('become Dates and come from them', () => {
    const date = new Date(1_700_000_000_123);
    assert.equal(PyDateTime.utc(date).toDate().getTime(), date.getTime());
    assert.equal(PyDateTime.naiveUtc(date).toDate({ naive: 'utc' }).getTime(), date.getTime());
    const zone = new PyTimeZone(new PyTimeDelta(0, 7_200));
    assert.equal(new PyDateTime(2024, 1, 1, 2, 0, 0, 999, zone).toDate().toISOString(), '2024-01-01T00:00:00.000Z');
    assert.equal(new PyDateTime(50, 1, 1, 0, 0, 0, 0, PyTimeZone.utc).toDate().getUTCFullYear(), 50);
    const local = new PyDateTime(2024, 7, 1, 12).toDate({ naive: 'local' });
    assert.deepStrictEqual([local.getDate(), local.getHours()], [1, 12]);
  });

  it('say what is missing where they cannot become a Date', () => {
    assert.throws(() => new PyDateTime(2024, 1, 1).toDate(), /it is naive, call toDate\(\{ naive: 'utc' \}\)/);
    const named = new PyDateTime(2024, 1, 1, 0, 0, 0, 0, new PyZoneInfo('Europe/Berlin'));
    assert.throws(() => named.toDate(), /only a fixed offset/);
  });

  it('are ones that Python has', () => {
    assert.ok(new PyDate(2000, 2, 29) && new PyDate(4, 2, 29) && new PyDate(9_999, 12, 31));
    const wrong: readonly (() => unknown)[] = [
      () => new PyDate(1900, 2, 29),
      () => new PyDate(2023, 2, 29),
      () => new PyDate(0, 1, 1),
      () => new PyDate(2024, 13, 1),
      () => new PyDateTime(10_000, 1, 1),
      () => new PyDateTime(2024, 1, 1, 24),
      () => new PyDateTime(2024, 1, 1, 0, 0, 0, 1_000_000),
      () => new PyTime(0, 0, 60),
      () => new PyTime(0, 0, 0, 0, null, 2),
      () => new PyTimeZone(new PyTimeDelta(1)),
    ];
    for (const make of wrong) assert.throws(make, RangeError, String(make));
    assert.throws(() => new PyDateTime(2024, 1, 1, 0, 0, 0, 0, {} as never), /tzinfo is an object/);
    assert.throws(() => PyDateTime.utc(new Date(Number.NaN)), TypeError);
    assert.throws(() => new PyTimeZone(5 as never), TypeError);
  });
});
