import assert from 'node:assert/strict';
import fc from 'fast-check';
import { msgpack } from '../../src/codecs/msgpack.ts';
import { describe } from '../support/it.ts';
import { randomFrom } from './pickle/random.ts';

const there = (value: unknown): unknown => msgpack.decode(Buffer.from(msgpack.encode(value)));
const hex = (text: string): unknown => msgpack.decode(Buffer.from(text, 'hex'));

// The format has no -0, and strings are UTF-8.
const scalar = fc.oneof(
  fc.constantFrom(null, undefined, true),
  fc.double().map((n) => (n === 0 ? 0 : n)),
  fc.integer(),
  fc.maxSafeInteger().map((n) => n + 0),
  fc.bigInt({ min: -(2n ** 100n), max: 2n ** 100n }),
  fc.string({ unit: 'grapheme' }),
  fc.date({ noInvalidDate: true }),
  fc.uint8Array().map((bytes) => Buffer.from(bytes)),
);
const value = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    scalar,
    fc.array(tie('value')),
    fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor')), tie('value'), {
      noNullPrototype: true,
    }),
    fc.array(tie('value')).map((items) => new Set(items)),
    fc
      .array(fc.tuple(fc.oneof(fc.integer(), fc.string()), tie('value')))
      .map((all) => new Map<unknown, unknown>([[0, 0], ...all])),
  ),
})).value;

describe('msgpack', (it) => {
  it('brings back what it took, dates, bigints, bytes, sets and maps among it', () => {
    fc.assert(
      fc.property(value, (each) => assert.deepStrictEqual(there(each), each)),
      { numRuns: 1_000 },
    );
    const more = [new Uint8Array([1]), new Float64Array([1.5]), new ArrayBuffer(2), new Date(8.64e15)];
    assert.deepStrictEqual(there(more), more);
  });

  it('gives a Map whose keys are all text back as a plain object', () => {
    assert.deepStrictEqual(there(new Map([['a', new Map([[1, 2]])]])), { a: new Map([[1, 2]]) });
  });

  it('makes an ordinary property of __proto__, never a prototype', () => {
    for (const read of [
      there(JSON.parse('{"__proto__":{"admin":true}}')),
      hex('81a95f5f70726f746f5f5f81a561646d696ec3'),
    ]) {
      assert.equal(Object.getPrototypeOf(read), Object.prototype);
      assert.ok(Object.hasOwn(read as object, '__proto__'));
      assert.equal((read as { admin?: unknown }).admin, undefined);
    }
    assert.equal(({} as { admin?: unknown }).admin, undefined);
  });

  it('reads what other writers write', () => {
    assert.deepStrictEqual(hex('82a161ca3fc00000a162cf0000000000000005'), { a: 1.5, b: 5n });
    assert.deepStrictEqual(hex('8101a161'), new Map([[1, 'a']]));
    assert.deepStrictEqual(hex('d6ff65920080'), new Date(0x65920080 * 1_000));
  });

  it('refuses what is no plain data, when it is written and when it is read', () => {
    const loop: { self?: unknown } = {};
    loop.self = loop;
    assert.throws(() => msgpack.encode(() => 1), /msgpack has no form for a function/);
    assert.throws(() => msgpack.encode({ a: Symbol('x') }), /symbol/);
    assert.throws(() => msgpack.encode(new Date(Number.NaN)), /no form for an invalid Date/);
    assert.throws(() => msgpack.encode(new Error('x')), /an Error is no plain data/);
    assert.throws(() => msgpack.encode(/x/), /a RegExp is no plain data/);
    assert.throws(() => msgpack.encode(loop), RangeError);
    assert.deepStrictEqual(there({ after: 'that' }), { after: 'that' });
    for (const [bytes, message] of [
      ['d4724091a161c3', /a record/],
      ['d4780092a178a0', /a RegExp/],
      ['d4650093a54572726f72a178c0', /an Error/],
      ['d67000000001', /a reference/],
      ['d669000000010a', /a reference/],
      ['d6620000000000', /bundled strings/],
      ['d50501ff', /the extension 5 is not known/],
      ['c1', /0xc1 begins no value/],
      ['92', /ends too early/],
      ['01ff', /1 bytes follow its end/],
    ] as const)
      assert.throws(() => hex(bytes), message);
  });

  it('gives bytes that do not keep all that arrived with them', () => {
    const arrived = Buffer.concat([Buffer.from('xx'), msgpack.encode([Buffer.from('abc'), 'text'])]);
    const [bytes] = msgpack.decode(arrived.subarray(2)) as [Buffer];
    arrived.fill(0);
    assert.equal(String(bytes), 'abc');
  });

  it('reads mutated and cut inputs or refuses them, quickly', () => {
    const random = randomFrom(5);
    const corpus = fc.sample(value, { numRuns: 50, seed: 5 }).map((each) => Buffer.from(msgpack.encode(each)));
    const tally = { read: 0, refused: 0 };
    let slowest = 0;
    for (let i = 0; i < 20_000; i += 1) {
      const bytes = Buffer.from(corpus[i % corpus.length] as Buffer);
      for (let n = random(4); n >= 0; n -= 1) bytes[random(bytes.length)] = random(256);
      const input = random(3) === 0 ? bytes.subarray(0, random(bytes.length + 1)) : bytes;
      const start = performance.now();
      try {
        msgpack.decode(input);
        tally.read += 1;
      } catch (error) {
        assert.ok(error instanceof Error);
        tally.refused += 1;
      }
      slowest = Math.max(slowest, performance.now() - start);
    }
    assert.ok(tally.read > 100 && tally.refused > 100, JSON.stringify(tally));
    assert.ok(slowest < 250, `${slowest} ms`);
  });
});
