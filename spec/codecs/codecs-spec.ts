import assert from 'node:assert/strict';
import type { Codec } from '../../src/codecs/codec.ts';
import { Codecs, registerCodec } from '../../src/codecs/codecs.ts';
import { raw } from '../../src/codecs/raw.ts';
import { QueueError } from '../../src/errors.ts';
import { describe } from '../support/it.ts';

const upper: Codec<string> = {
  name: 'upper',
  encode: (value) => Buffer.from(value.toUpperCase()),
  decode: (bytes) => bytes.toString().toLowerCase(),
};

const refuses = (call: () => unknown, message: RegExp): void =>
  assert.throws(call, (error) => error instanceof QueueError && error.code === 'CODEC' && message.test(error.message));

describe('Codecs', (it) => {
  it("writes with the queue's codec unless another is named, and says which it was", () => {
    const codecs = new Codecs('json');
    assert.deepEqual(codecs.encode({ a: 1 }), ['json', '{"a":1}']);
    assert.deepEqual(codecs.encode('a', 'raw'), ['raw', Buffer.from('a')]);
  });

  it('reads what any known codec wrote, whatever the queue writes with', () => {
    const codecs = new Codecs('raw');
    assert.deepEqual(codecs.decode('json', Buffer.from('[1]')), [1]);
    assert.deepEqual(codecs.decode('raw', Buffer.from('[1]')), Buffer.from('[1]'));
  });

  it('takes a codec of your own, which comes before a known one of the same name', () => {
    const own = new Codecs(upper);
    assert.deepEqual(own.encode('a'), ['upper', Buffer.from('A')]);
    assert.equal(own.decode('upper', Buffer.from('A')), 'a');
    assert.deepEqual(new Codecs({ ...upper, name: 'json' }).encode('a'), ['json', Buffer.from('A')]);
  });

  it('names the codecs it knows when it does not know one', () => {
    refuses(() => new Codecs('xml').encode(1), /^No codec is called "xml"; known: json, raw, msgpack, yaml, pickle/);
    refuses(() => new Codecs(upper).decode('xml', Buffer.alloc(0)), /known: json, raw, .*upper$/);
    refuses(() => new Codecs('json').decode(undefined, Buffer.alloc(0)), /not a task of this layout/);
  });

  it('answers CODEC for what a codec throws, with that as the cause', () => {
    refuses(() => new Codecs('json').encode(5n), /^json cannot encode this payload: .*BigInt/);
    refuses(() => new Codecs('json').decode('json', Buffer.from('{')), /^json cannot decode what is stored: /);
  });

  it('answers CODEC for a codec that makes anything but bytes or text', () => {
    const making = (made: unknown) => new Codecs({ ...upper, encode: () => made as Buffer });
    refuses(
      () => making(undefined).encode('a'),
      /^upper cannot encode this payload: it made a value of type undefined/,
    );
    refuses(() => making(Promise.resolve('a')).encode('a'), /it made a value of type object, not a Buffer/);
  });

  it('takes any bytes for bytes: many a library makes a Uint8Array', () => {
    const arrived = new Uint8Array([0, 65, 66, 0]).subarray(1, 3);
    const [, body] = new Codecs({ ...upper, encode: () => arrived as Buffer }).encode('a');
    assert.ok(Buffer.isBuffer(body));
    assert.equal(body.toString(), 'AB');
  });

  it('passes on what a codec says about a package that is missing', () => {
    const missing = new QueueError('CODEC', 'install it');
    const codec: Codec = {
      name: 'lazy',
      encode: () => {
        throw missing;
      },
      decode: () => {
        throw missing;
      },
    };
    assert.throws(() => new Codecs(codec).encode(1), missing);
    assert.throws(() => new Codecs(codec).decode('lazy', Buffer.alloc(0)), missing);
  });
});

describe('registerCodec', (it) => {
  const reverse: Codec<string> = {
    name: 'reverse',
    encode: (value) => Buffer.from([...value].reverse().join('')),
    decode: (bytes) => [...String(bytes)].reverse().join(''),
  };

  it('makes a codec known to every queue, those that are there already included', () => {
    const before = new Codecs('json');
    registerCodec(reverse);
    assert.deepEqual(before.encode('ab', 'reverse'), ['reverse', Buffer.from('ba')]);
    assert.equal(new Codecs('raw').decode('reverse', Buffer.from('ba')), 'ab');
    refuses(() => before.encode(1, 'xml'), /known: .*\breverse\b/);
  });

  it('replaces one of the same name, also a built-in one, but not the one a queue was given', () => {
    registerCodec({ ...reverse, name: 'raw' });
    try {
      assert.equal(new Codecs('json').decode('raw', Buffer.from('ba')), 'ab');
      const own = new Codecs({ ...upper, name: 'raw' });
      assert.equal(own.decode('raw', Buffer.from('BA')), 'ba');
    } finally {
      registerCodec(raw);
    }
    assert.deepEqual(new Codecs('json').decode('raw', Buffer.from('ba')), Buffer.from('ba'));
  });

  it('answers what is no codec at the call', () => {
    const misuse = (codec: unknown, message: RegExp) => assert.throws(() => registerCodec(codec as Codec), message);
    misuse(undefined, /^TypeError: registerCodec: codec is undefined, expected \{ name, encode, decode \}$/);
    misuse('json', /^TypeError: registerCodec: codec is "json"/);
    misuse({ ...reverse, name: 5 }, /^TypeError: registerCodec: codec\.name is 5/);
    misuse({ ...reverse, name: '' }, /^RangeError: registerCodec: codec\.name is ""/);
    misuse({ ...reverse, name: 'a b' }, /^RangeError: registerCodec: codec\.name is "a b"/);
    misuse({ ...reverse, encode: 1 }, /^TypeError: registerCodec: codec\.encode is 1, expected a function$/);
    misuse({ ...reverse, decode: undefined }, /^TypeError: registerCodec: codec\.decode is undefined/);
    misuse({ ...reverse, encodeText: 'x' }, /^TypeError: registerCodec: codec\.encodeText is "x"/);
  });
});
