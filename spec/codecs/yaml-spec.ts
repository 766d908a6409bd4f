import assert from 'node:assert/strict';
import fc from 'fast-check';
import { yaml } from '../../src/codecs/yaml.ts';
import { describe } from '../support/it.ts';

const there = (value: unknown): unknown => yaml.decode(Buffer.from(yaml.encode(value)));
const read = (text: string): unknown => yaml.decode(Buffer.from(text));

// An integer has one form, whichever type it was here.
const big = fc.bigInt({ min: 2n ** 53n, max: 2n ** 100n });
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
  fc.constantFrom(
    '__proto__',
    '<<',
    '~',
    'null',
    'yes',
    '1',
    '1.0',
    '0x1',
    '2001-12-14',
    '- a',
    '? b',
    '#',
    '!!js',
    '%A',
    '---',
    ' a ',
    '\t',
    '\n\n',
  ),
);
const scalar = fc.oneof(
  fc.constantFrom(null, true, false),
  fc.double(),
  fc.integer(),
  fc.oneof(
    big,
    big.map((n) => -n),
  ),
  text,
  fc.date({ noInvalidDate: true, min: new Date('0100-01-01'), max: new Date('9999-12-31') }),
  fc.uint8Array().map((bytes) => Buffer.from(bytes)),
);
const value = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    scalar,
    fc.array(tie('value')),
    fc.dictionary(text, tie('value'), { noNullPrototype: true }),
    fc.uniqueArray(fc.oneof(fc.integer(), text)).map((items) => new Set<unknown>(items)),
    fc
      .array(fc.tuple(fc.oneof(fc.integer(), text), tie('value')))
      .map((all) => new Map<unknown, unknown>([[0, 0], ...all])),
  ),
})).value;

describe('yaml', (it) => {
  it('brings back what it took, dates, bigints, bytes, sets and maps among it', () => {
    fc.assert(
      fc.property(value, (each) => assert.deepStrictEqual(there(each), each)),
      { numRuns: 600 },
    );
  });

  it('is made to be looked at', () => {
    const order = { id: 7, items: ['a', { b: null }], due: new Date(0), at: new Map([[1, 'x']]) };
    assert.equal(yaml.encodeText?.(order), 'id: 7\nitems:\n  - a\n  - b: null\ndue: 1970-01-01\nat:\n  1: x\n');
  });

  it('writes only the bytes of a view', () => {
    const around = new Uint8Array([9, 1, 2, 9]);
    assert.deepStrictEqual(there(around.subarray(1, 3)), Buffer.from([1, 2]));
  });

  it('leaves undefined properties out, and writes the same object as often as it is there', () => {
    assert.deepStrictEqual(there({ a: undefined, b: [undefined] }), { b: [null] });
    const shared = { a: 1 };
    assert.deepStrictEqual(there(Array(300).fill(shared)), Array(300).fill(shared));
  });

  it('refuses what it has no form for', () => {
    const loop: { self?: unknown } = {};
    loop.self = loop;
    let deep: unknown = [];
    for (let i = 0; i < 20_000; i += 1) deep = [deep];
    for (const [each, message] of [
      [undefined, /no form for undefined/],
      [() => 1, /no form for a function/],
      [{ a: [Symbol('x')] }, /no form for a symbol/],
      [new Error('x'), /no form for Error/],
      [/x/, /no form for RegExp/],
      [new Date(Number.NaN), /no form for this Date/],
      [new Date(8.64e15), /no form for this Date/],
      [new Date('0099-12-31'), /no form for this Date/],
      [loop, /what lies in itself, or too deep/],
      [deep, /what lies in itself, or too deep/],
    ] as const)
      assert.throws(() => yaml.encode(each), message);
  });

  it('makes nothing but data', () => {
    for (const tag of [
      '!!js/function "x"',
      '!!js/regexp /x/',
      '!!python/object/apply:os.system [id]',
      '!foo 1',
      '!!omap [a: 1]',
    ])
      assert.throws(() => read(tag), /Unresolved tag/, tag);
    for (const text of [
      '__proto__: { admin: true }',
      '{ __proto__: { admin: true }, 1: 2 }',
      '"__proto__": { admin: true }',
    ]) {
      const object = read(text);
      assert.equal((object as { admin?: unknown }).admin, undefined);
      if (!(object instanceof Map)) assert.ok(Object.hasOwn(object as object, '__proto__'), text);
    }
    assert.equal(({} as { admin?: unknown }).admin, undefined);
    assert.deepStrictEqual(read('a: &x { y: 1 }\nb: { <<: *x }'), { a: { y: 1 }, b: { '<<': { y: 1 } } });
  });

  it('does not blow up', () => {
    const names = [...'abcdefghij'];
    const bomb = names
      .map((name, i) => `${name}: &${name} [${Array(9).fill(i === 0 ? 'x' : `*${names[i - 1]}`)}]`)
      .join('\n');
    assert.throws(() => read(bomb), /Excessive alias count/);
    const many = Array.from({ length: 20_000 }, (_, i) => `- &a${i} x\n- *a${i}`).join('\n');
    assert.throws(() => read(many), /more than 1000 aliases/);
    assert.throws(() => read('['.repeat(20_000)), Error);
    assert.throws(() => read('1'.repeat(100_000)), /more than 4300 digits/);
    assert.throws(() => read('*x'), /Unresolved alias/);
  });

  it('reads one document', () => {
    assert.equal(read(''), null);
    assert.throws(() => read('---\n1\n---\n2\n'), /multiple documents/);
    assert.throws(() => read('a: b: c'), Error);
    assert.throws(() => read('%YAML 9.9\n---\n1'), /version/);
  });
});
