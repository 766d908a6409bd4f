import assert from 'node:assert/strict';
import type { Codec } from '../../src/codecs/codec.ts';
import { json } from '../../src/codecs/json.ts';
import { msgpack } from '../../src/codecs/msgpack.ts';
import { pickle } from '../../src/codecs/pickle.ts';
import { raw } from '../../src/codecs/raw.ts';
import { yaml } from '../../src/codecs/yaml.ts';
import { Queue } from '../../src/queue.ts';
import { describe } from '../support/it.ts';

// What the compiler makes of codecs: checked by `tsc`.

interface Mail {
  readonly to: string;
}
const mails: Codec<Mail> = {
  name: 'mails',
  encode: ({ to }) => Buffer.from(to),
  decode: (bytes) => ({ to: bytes.toString() }),
};
const options = { connection: 'memory:' };

describe('the types of codecs', (it) => {
  it('let a queue of any payload have a codec of all payloads, and its own', () => {
    for (const codec of [json, msgpack, yaml, pickle, mails])
      assert.ok(new Queue<Mail>('typed', { ...options, codec }));
  });

  it('tell the payload from the codec', () => {
    const queue: Queue<Mail> = new Queue('typed', { ...options, codec: mails });
    const bytes: Queue<Buffer | Uint8Array | string> = new Queue('typed', { ...options, codec: raw });
    assert.ok(queue && bytes);
  });

  it('let raw be the codec of Buffers alone, and not of text alone, which it does not give back', () => {
    assert.ok(new Queue<Buffer>('typed', { ...options, codec: raw }));
    assert.ok(new Queue<Buffer | string>('typed', { ...options, codec: raw }));
    // @ts-expect-error what comes out is a Buffer
    assert.ok(new Queue<string>('typed', { ...options, codec: raw }));
  });

  it('refuse the codec of another payload', () => {
    // @ts-expect-error a mail is no number
    assert.ok(new Queue<number>('typed', { ...options, codec: mails }));
  });
});
