import { inspect } from 'node:util';
import fc from 'fast-check';
import {
  PyByteArray,
  PyComplex,
  PyDate,
  PyDateTime,
  PyDecimal,
  PyFloat,
  PyFrozenSet,
  PyTime,
  PyTimeDelta,
  PyTimeZone,
  PyTuple,
  PyUuid,
  PyZoneInfo,
} from '../../../src/codecs/pickle/pickle.ts';

const whole = (min: number, max: number) => fc.integer({ min, max });

// Code units as they come, half surrogate pairs and control characters among them.
const anyText = fc.array(whole(0, 0xffff), { maxLength: 8 }).map((units) => String.fromCharCode(...units));
const longText = whole(80, 300).map((n) => 'ü'.repeat(n));
const text = fc.oneof(fc.string(), anyText, longText, fc.constantFrom('__proto__', 'constructor', '\n', '\\u0041'));

const int = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger().map((n) => n + 0),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 80n }),
  fc.bigInt({ min: -(2n ** 600n), max: -(2n ** 53n) }),
  fc.constantFrom(
    0,
    255,
    256,
    65_535,
    65_536,
    2 ** 31 - 1,
    2 ** 31,
    -(2 ** 31),
    -(2 ** 31) - 1,
    2n ** 63n,
    -(2n ** 63n),
  ),
);

// One that looks like an int is wrapped, as it is when it is read with `floats: 'wrap'`.
const float = fc.double().map((n) => (Number.isSafeInteger(n) && !Object.is(n, -0) ? new PyFloat(n) : n));

const bytes = fc.uint8Array({ maxLength: 300 }).map((each) => Buffer.from(each));
const uuid = fc.uuid().map((each) => new PyUuid(each));
const delta = fc
  .tuple(whole(-999_999, 999_999), whole(0, 86_399), whole(0, 999_999))
  .map(([days, seconds, us]) => new PyTimeDelta(days, seconds, us));
const date = fc.tuple(whole(1, 9_999), whole(1, 12), whole(1, 28)).map(([y, m, d]) => new PyDate(y, m, d));
const zone = fc.oneof(
  fc.constant(null),
  fc.constant(PyTimeZone.utc),
  fc.constant(new PyZoneInfo('UTC')),
  fc.tuple(whole(-86_399, 86_399), whole(0, 999_999)).map(([s, us]) => new PyTimeZone(new PyTimeDelta(0, s, us))),
  fc.string({ minLength: 1 }).map((name) => new PyTimeZone(new PyTimeDelta(0, 7_200), name)),
);
const clock = fc.tuple(whole(0, 23), whole(0, 59), whole(0, 59), whole(0, 999_999));
const time = fc.tuple(clock, zone).map(([at, tz]) => new PyTime(...at, tz));
const dateTime = fc
  .tuple(date, clock, zone)
  .map(([{ year, month, day }, at, tz]) => new PyDateTime(year, month, day, ...at, tz));
const decimal = fc
  .tuple(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), whole(0, 20))
  .map(([n, scale]) => {
    const digits = String(n < 0n ? -n : n).padStart(scale + 1, '0');
    const [head, tail] = [digits.slice(0, digits.length - scale), digits.slice(digits.length - scale)];
    return new PyDecimal(`${n < 0n ? '-' : ''}${head}${tail === '' ? '' : `.${tail}`}`);
  })
  // Python shows very small ones with an exponent, which is another text for the same.
  .filter(({ text: shown }) => !/^-?0\.000000/.test(shown));
const complex = fc.tuple(fc.double(), fc.double()).map(([real, imag]) => new PyComplex(real, imag));

// What Python holds equal would fall together in a set or dict there, so keys are of kinds that never are.
const key = fc.oneof(
  text,
  int,
  bytes,
  uuid,
  date,
  fc.tuple(int, text).map((items) => new PyTuple<unknown>(items)),
  fc.array(text).map((items) => new PyFrozenSet<unknown>(items)),
);
const keys = (min = 0) => fc.uniqueArray(key, { minLength: min, maxLength: 5, selector: (each) => inspect(each) });

const scalar = fc.oneof(
  fc.constantFrom(null, true, false),
  int,
  float,
  text,
  bytes,
  bytes.map((each) => new PyByteArray(each)),
  fc.oneof(uuid, delta, date, time, dateTime, decimal, complex),
  zone,
);

/** Any value that comes back from Python as it was. */
export const value: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 6 }),
    fc.array(tie('value'), { maxLength: 5 }).map((items) => new PyTuple(items)),
    fc.dictionary(text, tie('value'), { maxKeys: 5, noNullPrototype: true }),
    // A dict with text for all its keys comes back as a plain object.
    fc
      .tuple(keys(1), fc.array(tie('value'), { minLength: 5, maxLength: 5 }))
      .filter(([all]) => all.some((each) => typeof each !== 'string'))
      .map(([all, values]) => new Map(all.map((each, i) => [each, values[i]]))),
    keys().map((items) => new Set(items)),
    keys().map((items) => new PyFrozenSet(items)),
  ),
})).value;
