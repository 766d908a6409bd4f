import assert from 'node:assert/strict';
import {
  loads,
  PickleError,
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
import { pickledBy } from './python.ts';

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const hours = (n: number): PyTimeDelta => new PyTimeDelta(0, n * 3_600);

/** Python's expression, and what it is here; `from` is the first protocol that can say it. */
const cases: readonly (readonly [expression: string, value: unknown, from?: number])[] = [
  ['None', null],
  ['[True, False]', [true, false]],
  [
    '[0, 255, 256, 65535, 65536, -1, 2**31 - 1, 2**31, -2**31]',
    [0, 255, 256, 65_535, 65_536, -1, 2 ** 31 - 1, 2 ** 31, -(2 ** 31)],
  ],
  ['[2**53 - 1, -2**53 + 1, -2**40, -2**55]', [2 ** 53 - 1, -(2 ** 53) + 1, -(2 ** 40), -(2n ** 55n)]],
  [
    '[2**53, 2**63, -2**63, 2**64, 2**2100, -2**2100]',
    [2n ** 53n, 2n ** 63n, -(2n ** 63n), 2n ** 64n, 2n ** 2_100n, -(2n ** 2_100n)],
  ],
  ["[1.5, -0.0, float('inf'), float('-inf'), float('nan'), 1e300]", [1.5, -0, Infinity, -Infinity, NaN, 1e300]],
  ["['', 'a', 'ü€😀', 'a' * 300, 'x' * 70000]", ['', 'a', 'ü€😀', 'a'.repeat(300), 'x'.repeat(70_000)]],
  ["['\\ud800', 'a\\udfffb', '\\ufffd', '\\ufffd\\ud800']", ['\ud800', 'a\udfffb', '\ufffd', '\ufffd\ud800']],
  ["['\\n\\r\\0\\x1a\\\\u0041', '\\\\']", ['\n\r\0\x1a\\u0041', '\\']],
  ["[b'', b'a\\xff', b'x' * 300]", [Buffer.alloc(0), Buffer.from([97, 255]), Buffer.alloc(300, 'x')]],
  ["[bytearray(), bytearray(b'a\\xff')]", [new PyByteArray(Buffer.alloc(0)), new PyByteArray(Buffer.from([97, 255]))]],
  ['[[], [1], list(range(3000))]', [[], [1], range(3_000)]],
  ['[(), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)]', [0, 1, 2, 3, 4].map((n) => new PyTuple(range(n).map((i) => i + 1)))],
  ["[{}, {'a': 1, 'b': {}}]", [{}, { a: 1, b: {} }]],
  [
    "{1: 'a', 'b': 2}",
    new Map<unknown, unknown>([
      [1, 'a'],
      ['b', 2],
    ]),
  ],
  [
    "{'b': 2, 1: 'a'}",
    new Map<unknown, unknown>([
      ['b', 2],
      [1, 'a'],
    ]),
  ],
  ['{(1, 2): None}', new Map([[PyTuple.of(1, 2), null]])],
  ['{i: str(i) for i in range(2500)}', new Map(range(2_500).map((i) => [i, String(i)]))],
  ["[set(), {1}, {'a', (2,)}]", [new Set(), new Set([1]), new Set<unknown>(['a', PyTuple.of(2)])]],
  ['[frozenset(), frozenset([1, 2])]', [new PyFrozenSet([]), new PyFrozenSet([1, 2])]],
  ['complex(1.5, -2)', new PyComplex(1.5, -2)],
  [
    "[decimal.Decimal('1.20'), decimal.Decimal('-1E+9'), decimal.Decimal('NaN')]",
    ['1.20', '-1E+9', 'NaN'].map((each) => new PyDecimal(each)),
  ],
  [
    '[uuid.UUID(int=0), uuid.UUID(int=2**127 + 5)]',
    ['0'.repeat(32), `8${'0'.repeat(30)}5`].map((each) => new PyUuid(each)),
  ],
  [
    "collections.OrderedDict([('b', 1), ('a', 2)])",
    new Map([
      ['b', 1],
      ['a', 2],
    ]),
  ],
  ['datetime.datetime(2024, 2, 29, 1, 2, 3, 456789)', new PyDateTime(2024, 2, 29, 1, 2, 3, 456_789)],
  ['datetime.datetime(1, 1, 1, tzinfo=datetime.timezone.utc)', new PyDateTime(1, 1, 1, 0, 0, 0, 0, PyTimeZone.utc)],
  [
    "datetime.datetime(9999, 12, 31, tzinfo=datetime.timezone(datetime.timedelta(hours=-2), 'X'))",
    new PyDateTime(9_999, 12, 31, 0, 0, 0, 0, new PyTimeZone(hours(-2), 'X')),
  ],
  [
    "datetime.datetime(2024, 1, 1, tzinfo=zoneinfo.ZoneInfo('UTC'))",
    new PyDateTime(2024, 1, 1, 0, 0, 0, 0, new PyZoneInfo('UTC')),
  ],
  ['datetime.datetime(2024, 1, 1, fold=1)', new PyDateTime(2024, 1, 1, 0, 0, 0, 0, null, 1), 4],
  ['datetime.time(23, 59, 59, 1, fold=1)', new PyTime(23, 59, 59, 1, null, 1), 4],
  ['datetime.time(1, tzinfo=datetime.timezone.utc)', new PyTime(1, 0, 0, 0, PyTimeZone.utc)],
  ['datetime.date(2023, 12, 1)', new PyDate(2023, 12, 1)],
  [
    '[datetime.timedelta(-1, 2, 3), datetime.timedelta.max]',
    [new PyTimeDelta(-1, 2, 3), new PyTimeDelta(999_999_999, 86_399, 999_999)],
  ],
  ["{'__proto__': 1, 'constructor': 2}", JSON.parse('{"__proto__":1,"constructor":2}')],
];

describe('loads', (it) => {
  for (const [i, [expression, value, from = 0]] of cases.entries())
    it(`reads ${expression} as CPython writes it at protocols ${from} to 5`, async () => {
      // The first one asks for all of them: one process of Python does.
      all ??= pickledBy(...cases.map(([each]) => each));
      const pickles = (await all)[i] ?? [];
      assert.equal(pickles.length, 6);
      for (const [protocol, bytes] of pickles.entries())
        if (protocol >= from) assert.deepStrictEqual(loads(bytes), value, `protocol ${protocol}`);
    });

  it('keeps what lies in itself, and what lies in two places', async () => {
    const pickles = await pickledBy(
      '(lambda a: (a.append(a), a)[1])([1])',
      '(lambda d: (d.update(x=d), d)[1])({})',
      '(lambda d: (d.update({1: [d], "x": d}), d)[1])({"a": 0})',
      '(lambda t: (t[0].append(t), t)[1])(([],))',
      '(lambda a: [a, a])({})',
    );
    for (const protocol of [0, 1, 2, 3, 4, 5]) {
      const [list, dict, map, tuple, twice] = pickles.map((each) => loads(each[protocol] as Buffer));
      assert.equal((list as unknown[])[1], list);
      assert.equal((dict as { x: unknown }).x, dict);
      assert.ok(map instanceof Map);
      assert.equal(map.get('x'), map);
      assert.equal(map.get(1)[0], map);
      const inner = (tuple as PyTuple<PyTuple[]>).items[0];
      assert.equal((inner?.[0] as PyTuple | undefined)?.items[0], inner);
      assert.equal((twice as unknown[])[0], (twice as unknown[])[1]);
    }
  });

  it('reads 3.0 as 3, or wrapped where that is asked for', async () => {
    for (const bytes of (await pickledBy('[3.0, 1.5, 3, -0.0]'))[0] ?? []) {
      assert.deepStrictEqual(loads(bytes), [3, 1.5, 3, -0]);
      assert.deepStrictEqual(loads(bytes, { floats: 'wrap' }), [new PyFloat(3), 1.5, 3, -0]);
    }
  });

  it('refuses a class it does not know, or describes it', async () => {
    const expressions = ['collections.Counter("aab")', 'ValueError("x", 1)', 'collections.deque([1, 2])', 'int'];
    const [counter = [], error = [], deque = [], int = []] = await pickledBy(...expressions);
    for (const protocol of [3, 4, 5]) {
      const opaque = (pickles: readonly Buffer[]) => loads(pickles[protocol] as Buffer, { unknown: 'opaque' });
      assert.throws(() => loads(counter[protocol] as Buffer), /it holds collections\.Counter, which is not read/);
      assert.deepStrictEqual(opaque(counter), new PyObject('collections', 'Counter', [{ a: 2, b: 1 }]));
      assert.deepStrictEqual(opaque(int), new PyObject('builtins', 'int'));
      const value = opaque(error) as PyObject;
      assert.deepStrictEqual(value, new PyObject('builtins', 'ValueError', ['x', 1]));
      assert.deepStrictEqual((opaque(deque) as PyObject).items, [1, 2]);
    }
  });

  it('reads what Python 2 wrote', () => {
    const old: readonly (readonly [string, unknown])[] = [
      ["(lp0\nS'a\\'\\x41\\n'\np1\naVu\\u00fc\np2\naI01\naL5L\na.", ["a'A\n", 'uü', true, 5]],
      ["S'\\xff'\n.", Buffer.from([255])],
      ['U\x03abc.', 'abc'],
      ['T\x03\x00\x00\x00abc.', 'abc'],
      ["cdatetime\ndate\n(S'\\x07\\xe8\\x02\\x1d'\ntR.", new PyDate(2024, 2, 29)],
      ["ccollections\nOrderedDict\n((lp0\n(lp1\nS'a'\naI1\naatR.", new Map([['a', 1]])],
      ["(dS'a'\nI1\ns.", { a: 1 }],
      ["(S'a'\nI1\nd.", { a: 1 }],
      ['(I1\nI2\nl.', [1, 2]],
      ['(I1\n(I2\n1.', 1],
      ['I1\nI2\n0.', 1],
      ['(I1\n0I3\n.', 3],
      ['(cdecimal\nDecimal\nS"1.5"\no.', new PyDecimal('1.5')],
      ['(S"1.5"\nidecimal\nDecimal\n.', new PyDecimal('1.5')],
    ];
    for (const [pickle, value] of old) {
      assert.deepStrictEqual(loads(Buffer.from(pickle, 'latin1')), value, pickle);
    }
    const dup = loads(Buffer.from('(]2l.')) as unknown[];
    assert.equal(dup[0], dup[1]);
  });

  it('ignores what follows its end, as Python does', () => {
    assert.equal(loads(Buffer.from('I5\n.rest')), 5);
  });

  it('says where it stopped', () => {
    const refuses = (pickle: string, message: RegExp) =>
      assert.throws(
        () => loads(Buffer.from(pickle, 'latin1')),
        (error) => error instanceof PickleError && message.test(error.message),
        pickle,
      );
    refuses('', /^pickle: it ends too early \(before byte 0\)$/);
    refuses('I5\n', /ends too early \(before byte 3\)/);
    refuses('I5', /ends within a line/);
    refuses('Ix\n.', /an integer is no number/);
    refuses('\x80\x06.', /its protocol is 6, and 5 is the last known/);
    refuses('\xff.', /0xff is no opcode \(before byte 1\)/);
    refuses('.', /takes more from its stack/);
    refuses('a.', /takes more from its stack/);
    refuses('(I1\na.', /stack, where nothing is/);
    refuses('e.', /back to a mark, where none is/);
    refuses('I1\n(I2\ne.', /appends to what is no list/);
    refuses('I1\nI2\nI3\ns.', /sets items of what is no dict/);
    refuses('}(I1\nu.', /a key without a value/);
    refuses('](I1\n\x90.', /adds to what is no set/);
    refuses('g5\n.', /takes number 5 of its memo, where nothing is/);
    refuses('gx\n.', /a number of the memo is none/);
    refuses('X\x01\x00\x00\x00\xff.', /a text is not UTF-8/);
    refuses('V\\u12\n.', /an escape that is no character/);
    refuses('V\\U00110000\n.', /an escape that is no character/);
    refuses('Sabc\n.', /no quotes around it/);
    refuses(
      'cdatetime\ndate\n(S"abcd"\ntR.',
      /datetime\.date cannot be read: RangeError|datetime\.date cannot be read: PyDate: /,
    );
    refuses('cdatetime\ndate\nI1\nR.', /arguments that are no tuple/);
    refuses('cuuid\nUUID\n)\x81I5\nb.', /its state is not its number/);
    refuses('I1\nI2\n\x93.', /names a class with what is no text/);
  });

  it('answers misuse at the call', () => {
    assert.throws(() => loads('x' as never), /^TypeError: loads: bytes is not a Buffer or Uint8Array/);
    assert.throws(
      () => loads(Buffer.from('N.'), { unknown: 'ignore' as never }),
      /^RangeError: loads: unknown is "ignore"/,
    );
    assert.throws(() => loads(Buffer.from('N.'), { floats: 1 as never }), /^TypeError: loads: floats is 1/);
  });

  it('takes the bytes of any view, and keeps none of them', () => {
    const around = Buffer.from('xxC\x03abc.xx');
    const view = new Uint8Array(around.buffer, around.byteOffset + 2, 6);
    const value = loads(view) as Buffer;
    around.fill(0);
    assert.equal(value.toString(), 'abc');
  });
});

let all: Promise<Buffer[][]> | undefined;
