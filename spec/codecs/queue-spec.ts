import assert from 'node:assert/strict';
import type { Codec } from '../../src/codecs/codec.ts';
import { registerCodec } from '../../src/codecs/codecs.ts';
import { PyDateTime, PyTuple } from '../../src/codecs/pickle/pickle.ts';
import { codeOf, inHouse } from '../support/house.ts';
import { describe } from '../support/it.ts';
import { until } from '../support/until.ts';

const lines: Codec<readonly string[]> = {
  name: 'lines',
  encode: (value) => Buffer.from(value.join('\n')),
  decode: (bytes) => String(bytes).split('\n'),
};

/** Writes any bytes under the name of a codec. */
const writing = (name: string): Codec<Buffer> => ({ name, encode: (bytes) => bytes, decode: (bytes) => bytes });

describe('codecs of a queue', (it) => {
  it(
    'go with each task, and a consumer needs no option',
    inHouse(async (house) => {
      registerCodec(lines);
      const name = house.name();
      const queue = house.queue<unknown>(name);
      const payloads: readonly (readonly [codec: string, payload: unknown, back?: unknown])[] = [
        ['json', { a: 1 }],
        ['raw', Buffer.from([0, 10, 255])],
        ['msgpack', { due: new Date(5), n: 2n ** 70n, seen: new Set([1]) }],
        ['yaml', { due: new Date(5), n: 2n ** 70n, bytes: Buffer.from([0, 255]) }],
        [
          'pickle',
          PyTuple.of('mylib.add', null, { at: new Date(5) }),
          PyTuple.of('mylib.add', null, { at: PyDateTime.utc(new Date(5)) }),
        ],
        ['lines', ['a', 'b']],
      ];
      for (const [codec, payload] of payloads) (await queue.put(payload, { codec })).unwrap();

      const consumer = house.consume(house.queue<unknown>(name), 8, (task) => task.ack());
      await until(() => consumer.tasks.length === payloads.length);
      assert.deepStrictEqual(
        consumer.tasks.map(({ payload }) => payload),
        payloads.map(([, payload, back = payload]) => back),
      );
    }),
  );

  it(
    'are listed when one is not known, and nothing is put',
    inHouse(async (house) => {
      const queue = house.queue(house.name());
      const refused = await queue.put(1, { codec: 'protobuf' });
      assert.equal(codeOf(refused), 'CODEC');
      assert.match(String(refused.val), /No codec is called "protobuf"; known: json, raw, msgpack, yaml, pickle/);
      assert.equal(codeOf(await queue.put(() => 1, { codec: 'pickle' })), 'CODEC');
      assert.equal((await queue.stats()).unwrap().ready, 0);
    }),
  );

  for (const [codec, bytes] of [
    ['pickle', Buffer.from('cos\nsystem\n(S"echo pwned"\ntR.')],
    ['pickle', Buffer.from([0x80, 4, 0x5d])],
    ['yaml', Buffer.from('!!js/function "x"')],
    ['msgpack', Buffer.from('d4724091a161c3', 'hex')],
  ] as const)
    it(
      `keep the bytes of what ${codec} cannot decode (${JSON.stringify(String(bytes).slice(0, 12))}) with the dead, and go on`,
      inHouse(async (house) => {
        const name = house.name();
        const { id } = (await house.queue<Buffer>(name, { codec: writing(codec) }).put(bytes)).unwrap();
        const queue = house.queue<unknown>(name);
        (await queue.put('next', { codec })).unwrap();
        const consumer = house.consume(queue, 1, (task) => task.ack());
        await until(async () => (await queue.stats()).unwrap().acked === 1);
        assert.deepStrictEqual(
          consumer.tasks.map(({ payload }) => payload),
          ['next'],
        );
        assert.ok(queue.told.includes('undecodable'));
        const [letter] = (await queue.dead.list()).unwrap();
        assert.deepStrictEqual([letter?.id, letter?.reason], [id, 'undecodable']);
        assert.deepStrictEqual(letter?.bytes, bytes);
        assert.match(String(letter?.message), new RegExp(`^${codec} cannot decode what is stored: `));
      }),
    );
});
