import assert from 'node:assert/strict';
import fc from 'fast-check';
import { json } from '../../src/codecs/json.ts';
import { describe } from '../support/it.ts';

const read = (text: string) => json.decode(Buffer.from(text)) as Record<string, unknown>;

describe('json', (it) => {
  it('brings back what JSON can say, through text and through bytes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const plain = JSON.parse(JSON.stringify(value));
        assert.deepEqual(json.decode(json.encode(value)), plain);
        assert.equal(json.encodeText?.(value), json.encode(value).toString());
      }),
    );
  });

  it('makes an ordinary property of __proto__, never a prototype', () => {
    const value = read('{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}');
    assert.equal(Object.getPrototypeOf(value), Object.prototype);
    assert.equal(value.admin, undefined);
    assert.equal(({} as { admin?: unknown }).admin, undefined);
    assert.ok(Object.hasOwn(value, '__proto__'));
  });

  it('throws what it has no form for', () => {
    const loop: { self?: unknown } = {};
    loop.self = loop;
    assert.throws(() => json.encode(undefined), /json has no form for undefined/);
    assert.throws(() => json.encode(() => {}), /json has no form for function/);
    assert.throws(() => json.encode(loop), /circular/);
    assert.throws(() => json.encode(5n), /BigInt/);
    assert.throws(() => read('{'), SyntaxError);
  });
});
