import assert from 'node:assert/strict';
import {
  dumps,
  loads,
  PyByteArray,
  PyComplex,
  PyDate,
  PyDateTime,
  PyDecimal,
  PyFloat,
  PyFrozenSet,
  PyObject,
  PyTime,
  PyTimeDelta,
  PyTimeZone,
  PyTuple,
  PyUuid,
  PyZoneInfo,
} from '../../../src/codecs/pickle/pickle.ts';
import { describe } from '../../support/it.ts';
import { readBy } from './python.ts';

/** A value, and what Python shows of it. */
const cases: readonly (readonly [value: unknown, repr: string])[] = [
  [null, 'None'],
  [undefined, 'None'],
  [[true, false], '[True, False]'],
  [
    [0, -1, 255, 256, 65_536, -129, 2 ** 31, 2 ** 40, Number.MAX_SAFE_INTEGER],
    '[0, -1, 255, 256, 65536, -129, 2147483648, 1099511627776, 9007199254740991]',
  ],
  [
    [1.5, -0, NaN, Infinity, -Infinity, 2 ** 53, 1e300, new PyFloat(3)],
    '[1.5, -0.0, nan, inf, -inf, 9007199254740992.0, 1e+300, 3.0]',
  ],
  [
    [5n, -5n, 128n, 2n ** 31n, 2n ** 63n, -(2n ** 63n), 2n ** 64n],
    '[5, -5, 128, 2147483648, 9223372036854775808, -9223372036854775808, 18446744073709551616]',
  ],
  [['', 'a', 'ü', '😀', '\ud800', 'a\udfff'], "['', 'a', '\\xfc', '\\U0001f600', '\\ud800', 'a\\udfff']"],
  [
    [Buffer.from('a\xff', 'latin1'), new Uint8Array([1, 2, 3]).subarray(1), new PyByteArray(Buffer.from('b'))],
    "[b'a\\xff', b'\\x02\\x03', bytearray(b'b')]",
  ],
  // biome-ignore lint/suspicious/noSparseArray: a hole is what this is about.
  [[undefined, , [[]]], '[None, None, [[]]]'],
  [{ a: 1, b: undefined, c: { d: [] } }, "{'a': 1, 'c': {'d': []}}"],
  [Object.assign(Object.create(null), { a: 1 }), "{'a': 1}"],
  [JSON.parse('{"__proto__": 1}'), "{'__proto__': 1}"],
  [
    new Map<unknown, unknown>([
      [1, 'a'],
      [PyTuple.of(1, 'x'), null],
      [null, new Map()],
    ]),
    "{1: 'a', (1, 'x'): None, None: {}}",
  ],
  [[new Set(), new Set([1]), new Set([Buffer.from('a')])], "[set(), {1}, {b'a'}]"],
  [[new PyFrozenSet([]), new PyFrozenSet([PyTuple.of()])], '[frozenset(), frozenset({()})]'],
  [PyTuple.of('mylib.add', null, PyTuple.of(1, 2), {}), "('mylib.add', None, (1, 2), {})"],
  [
    [PyTuple.of(), PyTuple.of(1), PyTuple.of(1, 2), PyTuple.of(1, 2, 3), PyTuple.of(1, 2, 3, 4)],
    '[(), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)]',
  ],
  [new Date(1_700_000_000_123), 'datetime.datetime(2023, 11, 14, 22, 13, 20, 123000, tzinfo=datetime.timezone.utc)'],
  [PyDateTime.naiveUtc(new Date(-1)), 'datetime.datetime(1969, 12, 31, 23, 59, 59, 999000)'],
  [new PyDateTime(2024, 1, 31, 1, 2, 3, 4, null, 1), 'datetime.datetime(2024, 1, 31, 1, 2, 3, 4, fold=1)'],
  [
    new PyDateTime(2024, 1, 31, 0, 0, 0, 0, new PyZoneInfo('UTC')),
    "datetime.datetime(2024, 1, 31, 0, 0, tzinfo=zoneinfo.ZoneInfo(key='UTC'))",
  ],
  [
    new PyTime(1, 2, 3, 4, new PyTimeZone(new PyTimeDelta(0, -60), 'Y')),
    "datetime.time(1, 2, 3, 4, tzinfo=datetime.timezone(datetime.timedelta(days=-1, seconds=86340), 'Y'))",
  ],
  [
    [new PyDate(1, 2, 3), new PyTimeDelta(-1, 2, 3)],
    '[datetime.date(1, 2, 3), datetime.timedelta(days=-1, seconds=2, microseconds=3)]',
  ],
  [
    [new PyDecimal('1.20'), new PyComplex(1, -2), new PyUuid('0123456789abcdef0123456789abcdef')],
    "[Decimal('1.20'), (1-2j), UUID('01234567-89ab-cdef-0123-456789abcdef')]",
  ],
  [Array.from({ length: 300 }, () => PyTimeZone.utc).slice(0, 2), '[datetime.timezone.utc, datetime.timezone.utc]'],
];

const loop: unknown[] = [1];
loop.push(loop, { loop });
const tuple = PyTuple.of<[unknown[]]>([]);
tuple.items[0]?.push(tuple);
const long = new PyTuple<unknown>([[], 2, 3, 4]);
(long.items[0] as unknown[]).push(long);

describe('dumps', (it) => {
  for (const [i, [, repr]] of cases.entries())
    it(`writes what CPython shows as ${repr.length > 70 ? `${repr.slice(0, 70)}…` : repr}`, async () => {
      all ??= readBy(...cases.map(([each]) => dumps(each)));
      assert.equal((await all)[i], repr);
    });

  it('writes the call of a job of RQ as Python reads it at protocol 4', () => {
    const call = dumps(PyTuple.of('mylib.add', null, PyTuple.of(1, 2), {}));
    assert.equal(call.subarray(0, 2).toString('hex'), '8004');
    assert.equal(call.at(-1), 0x2e);
  });

  it('writes what lies in itself or in two places as such', async () => {
    const shared = { a: 1 };
    const reprs = await readBy(dumps(loop), dumps(tuple), dumps(long), dumps([shared, shared]));
    assert.deepStrictEqual(reprs.slice(0, 3), ["[1, [...], {'loop': [...]}]", '([(...)],)', '([(...)], 2, 3, 4)']);
    const [first, second] = loads(dumps([shared, shared])) as unknown[];
    assert.equal(first, second);
    const many = Array.from({ length: 300 }, (_, i) => ({ i }));
    const twice = loads(dumps([many, [...many]])) as unknown[][];
    assert.ok(twice[0]?.every((each, i) => each === twice[1]?.[i]));
  });

  it('refuses what Python has no form for', () => {
    class Order {
      id = 1;
    }
    const refuses = (value: unknown, message: RegExp) => assert.throws(() => dumps(value), message);
    refuses(() => 1, /^TypeError: pickle has no form for a function$/);
    refuses({ a: Symbol('x') }, /^TypeError: pickle has no form for a symbol$/);
    refuses([new Order()], /^TypeError: pickle has no form for an object of Order: make it a plain one$/);
    refuses(new Float64Array(1), /object of Float64Array/);
    refuses(new Error('x'), /object of Error/);
    refuses(Promise.resolve(), /object of Promise/);
    refuses(new Date(Number.NaN), /^TypeError: PyDateTime: date is/);
    refuses(new Date(8.64e15), /^RangeError: PyDateTime: year is 275760/);
    refuses(new PyObject('a', 'B', []), /^TypeError: pickle: a PyObject only describes a\.B/);
    refuses(new Set([[1]]), /^TypeError: pickle: Array cannot be in a set, since Python cannot hash it$/);
    refuses(new PyFrozenSet([{}]), /Object cannot be in a frozenset/);
    refuses(new Map([[new PyByteArray(Buffer.alloc(1)), 1]]), /PyByteArray cannot be the key of a dict/);
    refuses(2n ** 600_000n, /^RangeError: a bigint of 75001 bytes is longer than 65536/);
    let deep: unknown = [];
    for (let i = 0; i < 1_000; i += 1) deep = [deep];
    refuses(deep, /^RangeError: pickle: the value lies deeper in itself than 1000/);
    const self = new PyTuple<unknown>([1]);
    (self.items as unknown[])[0] = self;
    refuses(self, /deeper in itself/);
  });

  it('writes plain objects of another realm', async () => {
    const { runInNewContext } = await import('node:vm');
    assert.deepStrictEqual(loads(dumps(runInNewContext('({ a: { b: 1 } })'))), { a: { b: 1 } });
  });
});

let all: Promise<string[]> | undefined;
