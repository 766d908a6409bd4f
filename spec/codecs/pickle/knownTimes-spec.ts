import assert from 'node:assert/strict';
import { knownTimes } from '../../../src/codecs/pickle/knownTimes.ts';
import { PyDate, PyDateTime, PyTime, PyTimeDelta, PyTimeZone, PyZoneInfo } from '../../../src/codecs/pickle/times.ts';
import { describe } from '../../support/it.ts';

const table = new Map(knownTimes);
const make = (name: string, ...args: readonly unknown[]): unknown => table.get(name)?.(args);
const state = (hex: string): Buffer => Buffer.from(hex, 'hex');

describe('what pickles say about time', (it) => {
  it('is read from the bytes of its state, microseconds and fold included', () => {
    const utc = PyTimeZone.utc;
    const at = [2024, 2, 29, 1, 2, 3, 0x040506] as const;
    assert.deepStrictEqual(make('datetime.datetime', state('07e8021d010203040506')), new PyDateTime(...at));
    assert.deepStrictEqual(
      make('datetime.datetime', state('07e8821d010203040506'), utc),
      new PyDateTime(...at, utc, 1),
    );
    assert.deepStrictEqual(make('datetime.time', state('810203040506')), new PyTime(1, 2, 3, 0x040506, null, 1));
    assert.deepStrictEqual(make('datetime.date', state('07e8021d')), new PyDate(2024, 2, 29));
    assert.deepStrictEqual(make('datetime.date', '\x07\xe8\x02\x1d'), new PyDate(2024, 2, 29));
    assert.deepStrictEqual(make('datetime.timedelta', -1, 2, 3), new PyTimeDelta(-1, 2, 3));
    assert.deepStrictEqual(make('datetime.timezone', new PyTimeDelta(), 'X'), new PyTimeZone(new PyTimeDelta(), 'X'));
    assert.deepStrictEqual(make('zoneinfo.ZoneInfo._unpickle', 'Europe/Berlin', 1), new PyZoneInfo('Europe/Berlin'));
  });

  it('is refused when it is no time', () => {
    const wrong: readonly (readonly [string, ...unknown[]])[] = [
      ['datetime.datetime'],
      ['datetime.datetime', state('07e8')],
      ['datetime.datetime', state('07e80d1d010203040506')],
      ['datetime.datetime', state('07e9021d010203040506')],
      ['datetime.datetime', state('07e8021d010203040506'), 5],
      ['datetime.datetime', state('07e8021d010203040506'), null, 5],
      ['datetime.date', 'äbcde'],
      ['datetime.time', state('190000000000')],
      ['datetime.timedelta', 'a', 1, 1],
      ['datetime.timezone', 5],
      ['zoneinfo.ZoneInfo._unpickle', 5],
    ];
    for (const [name, ...args] of wrong) assert.throws(() => make(name, ...args), Error, `${name} ${args}`);
  });
});
