import assert from 'node:assert/strict';
import type { Codec } from '../../src/codecs/codec.ts';
import type { QueueEvent } from '../../src/events.ts';
import { describe } from '../support/it.ts';
import { until } from '../support/until.ts';
import { codeOf, drain, onBoth, one } from './onBoth.ts';

// contract.md, section 7.

const VALUES = [null, 0, '', 'ü 😀 \u0000 \n', [1, [2]], { a: { b: [] } }, true];

/** Numbers backwards; what it cannot read it throws at. */
const reversed: Codec<number> = {
  name: 'reversed',
  encode: (value) => Buffer.from([...`${value}`].reverse().join('')),
  decode: (bytes) => {
    if (bytes.includes('x')) throw new Error('no number');
    return Number([...bytes.toString()].reverse().join(''));
  },
};

describe('contract: codecs', (it) => {
  const both = onBoth(it);

  both('json brings every payload back as it was', async (open) => {
    const queue = open<unknown>();
    (await queue.putMulti(VALUES)).unwrap();
    assert.deepEqual(await drain(queue), VALUES);
  });

  both('raw brings bytes back as they were, whatever they are, as a Buffer of their own', async (open) => {
    const queue = open<Buffer>({ codec: 'raw' });
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
    const given = Buffer.from(bytes);
    const put = queue.put(given);
    (await put).unwrap();
    given.fill(0);
    const first = await one(queue);
    assert.ok(Buffer.isBuffer(first.payload));
    assert.deepEqual(first.payload, bytes, 'what was put is what counts');
    first.payload.fill(0);
    (await first.release()).unwrap();
    assert.deepEqual((await one(queue)).payload, bytes, 'what a consumer does to it is his own affair');
  });

  both('the codec travels with each task: one queue holds several, a consumer needs no option', async (open) => {
    const [producer, consumer] = [open<unknown>(), open<unknown>()];
    (await producer.put({ a: 1 })).unwrap();
    (await producer.put(Buffer.from('bytes'), { codec: 'raw' })).unwrap();
    assert.deepEqual(await drain(consumer), [{ a: 1 }, Buffer.from('bytes')]);
  });

  both('a codec of your own needs to be known where it is read', async (open) => {
    const queue = open<number>({ codec: reversed });
    (await queue.put(123)).unwrap();
    assert.equal((await one(queue)).payload, 123);
  });

  both('an unknown name at put answers CODEC, listing the known ones', async (open) => {
    const queue = open<number>({ codec: reversed });
    const result = await queue.put(1, { codec: 'jsonn' });
    assert.equal(codeOf(result), 'CODEC');
    assert.match((result.val as Error).message, /"jsonn".*json, raw.*reversed/);
    assert.equal((await queue.stats()).unwrap().put, 0);
  });

  both('what cannot be encoded answers CODEC', async (open) => {
    const queue = open<unknown>();
    assert.equal(codeOf(await queue.put(1n)), 'CODEC');
    assert.equal(codeOf(await queue.put(undefined)), 'CODEC');
  });

  both('what cannot be decoded is dead-lettered with its bytes, told of, and the stream goes on', async (open) => {
    const [producer, consumer] = [open<unknown>({ codec: 'raw' }), open<number>({ codec: reversed })];
    const disguised = open<unknown>({
      codec: { name: 'reversed', encode: (value) => Buffer.from(String(value)), decode: () => 0 },
    });
    (await disguised.put('321', { id: 'good' })).unwrap();
    (await disguised.put('x', { id: 'bad' })).unwrap();
    (await disguised.put('54', { id: 'good too' })).unwrap();
    const events: QueueEvent[] = [];
    consumer.events.subscribe((event) => events.push(event));
    const seen: number[] = [];
    const subscription = consumer.tasks({ prefetch: 1 }).subscribe((task) => {
      seen.push(task.payload);
      void task.ack();
    });
    await until(() => seen.length === 2);
    await until(async () => (await producer.stats()).unwrap().dead === 1);
    subscription.unsubscribe();
    assert.deepEqual(seen, [123, 45]);
    const told = events.find((event) => event.type === 'undecodable');
    assert.equal(told?.id, 'bad');
    const [letter] = (await consumer.dead.list()).unwrap();
    assert.deepEqual([letter?.id, letter?.reason, letter?.bytes], ['bad', 'undecodable', Buffer.from('x')]);
    assert.equal('payload' in (letter ?? {}), false);
    assert.match(letter?.message ?? '', /no number/);
  });

  both('who waits for one task waits on past what cannot be decoded', async (open) => {
    const disguised = open<unknown>({ codec: { name: 'json', encode: () => Buffer.from('{'), decode: () => 0 } });
    const queue = open<number>();
    const waiting = queue.get({ timeout: 10_000 });
    (await disguised.put('anything')).unwrap();
    await until(async () => (await queue.stats()).unwrap().dead === 1);
    (await queue.put(7)).unwrap();
    assert.equal((await waiting).unwrap().payload, 7);
  });

  both('a __proto__ in a payload is an ordinary property', async (open) => {
    const queue = open<unknown>();
    const hostile = JSON.parse('{"__proto__":{"admin":true}}') as object;
    (await queue.put(hostile)).unwrap();
    const { payload } = await one(queue);
    assert.equal((payload as { admin?: boolean }).admin, undefined);
    assert.equal(Object.getPrototypeOf(payload), Object.prototype);
  });
});
