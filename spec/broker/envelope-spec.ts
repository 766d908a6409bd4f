import assert from 'node:assert/strict';
import fc from 'fast-check';
import { open, seal } from '../../src/broker/envelope.ts';
import { describe } from '../support/it.ts';

/** As the put script stores it. */
const stored = (sealed: Buffer | string, ms = 1_700_000_000_000): Buffer =>
  Buffer.concat([Buffer.from(`${ms} `), Buffer.from(sealed as string)]);

describe('an envelope', (it) => {
  it('brings back any codec name, priority, headers and bytes', () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1 }).filter((name) => !/[\s]/.test(name));
    const text = fc.string({ unit: 'grapheme' });
    const priority = fc.integer({ min: 0, max: 9 });
    const headers = fc.option(fc.dictionary(fc.oneof(text, fc.constant('__proto__')), text), { nil: undefined });
    fc.assert(
      fc.property(name, priority, headers, fc.uint8Array(), (codec, priority, headers, bytes) => {
        const body = Buffer.from(bytes);
        const opened = open(stored(seal(codec, headers, body, priority)));
        assert.equal(opened.codec, codec);
        assert.equal(opened.priority, priority);
        assert.equal(JSON.stringify(opened.headers), JSON.stringify(headers ?? {}));
        assert.deepEqual(opened.body, body);
        assert.equal(opened.enqueuedAt, 1_700_000_000_000);
      }),
    );
  });

  it('is the same for a text and for its bytes', () => {
    const [text, headers] = ['ü\n"', { a: 'b\nc' }];
    assert.deepEqual(
      Buffer.from(seal('json', headers, text, 7) as string),
      seal('json', headers, Buffer.from(text), 7),
    );
  });

  it('keeps the bytes of what it cannot read, and says so by having no codec', () => {
    for (const strange of ['', 'nonsense', '17 json{}', ' json\n1', '17 \n1', 'x json\n1', '17 json {"a\n1']) {
      const opened = open(Buffer.from(strange));
      assert.deepEqual([opened.codec, opened.body.toString()], [undefined, strange]);
    }
  });
});
