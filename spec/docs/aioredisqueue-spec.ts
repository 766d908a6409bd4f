import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { json, msgpack, pickle, Queue, type QueueError, raw, registerCodec, yaml } from '../../src/index.ts';
import { drain, lapse, one, takeAll } from '../contract/onBoth.ts';
import { codeOf, type House, inHouse } from '../support/house.ts';
import { until } from '../support/until.ts';
import { comingFrom } from './comingFrom.ts';

class Order {
  readonly total: number;
  constructor(total: number) {
    this.total = total;
  }
  get dear(): boolean {
    return this.total > 100;
  }
}

const orderCodec = {
  name: 'order',
  encode: ({ total }: Order) => Buffer.from(String(total)),
  decode: (bytes: Buffer) => new Order(Number(bytes)),
};

comingFrom('aioredisqueue', inHouse, {
  'Queue(redis)': async (house) => {
    const queue = house.queue<string>(house.name(), { connection: house.client });
    (await queue.put('abc')).unwrap();
    const task = (await queue.get()).unwrap();
    assert.equal(task.payload, 'abc');
    (await task.ack()).unwrap();
    const waiting = queue.get();
    await until(async () => (await house.blocked()) > 0);
    assert.equal(codeOf(await queue.put('while it waits')), 'ok', 'nothing waits behind what blocks');
    assert.equal((await waiting).unwrap().payload, 'while it waits');
    await queue.close();
    assert.equal(await house.client.ping(), 'PONG', 'it is not ours to close');
  },

  'key_prefix, main_queue_key, fetching_fifo_key, payloads_hash_key, ack_hash_key': async (house) => {
    const [prefix, name] = [house.name(), house.name()];
    (await house.queue(name, { prefix, codec: 'json' }).put('a')).unwrap();
    const keys = await house.client.keys(`*${prefix}*`);
    assert.ok(keys.length > 0 && keys.every((key) => key.startsWith(`${prefix}:{${name}}:`)), keys.join());
    assert.deepEqual(await drain(house.queue(name, { prefix, codec: 'pickle' })), ['a']);
    assert.deepEqual(await drain(house.queue(name)), [], 'another prefix, another queue');
  },

  serialization_method: async (house) => {
    for (const codec of ['json', 'pickle', 'yaml', 'msgpack']) {
      const queue = house.queue(house.name(), { codec });
      (await queue.put({ n: [1, 'two', null] })).unwrap();
      assert.deepEqual(await drain(queue), [{ n: [1, 'two', null] }], codec);
    }
    const bytes = house.queue<Buffer | string>(house.name(), { codec: 'raw' });
    (await bytes.put('abc')).unwrap();
    assert.deepEqual(await drain(bytes), [Buffer.from('abc')]);
  },

  'put(task, serialization_method)': async (house) => {
    const queue = house.queue<string>(house.name());
    (await queue.put('ä', { codec: 'pickle' })).unwrap();
    assert.deepEqual(await drain(queue), ['ä']);
  },

  "serialization_method='dynamic'": async (house) => {
    const queue = house.queue<string>(house.name());
    for (const codec of ['json', 'yaml', 'pickle', 'msgpack']) (await queue.put(codec, { codec })).unwrap();
    assert.deepEqual(await drain(queue), ['json', 'yaml', 'pickle', 'msgpack']);
  },

  'register(name, load, dump)': async (house) => {
    const name = house.name();
    registerCodec({
      name: 'my_serializer',
      encode: (value) => Buffer.from(`my ${JSON.stringify(value)}`),
      decode: (bytes) => JSON.parse(bytes.toString().slice(3)),
    });
    (await house.queue(name).put([1], { codec: 'my_serializer' })).unwrap();
    assert.deepEqual(await drain(house.queue(name)), [[1]]);
  },

  'get_serializer(name)': async () => {
    for (const codec of [json, msgpack, pickle, yaml]) assert.deepEqual(codec.decode(codec.encode(['a', 1])), ['a', 1]);
    assert.deepEqual(raw.decode(raw.encode('a')), Buffer.from('a'));
  },

  UnknownSerializationMethod: async (house) => {
    const queue = house.queue(house.name(), { codec: 'thrift' });
    const refused = (await queue.put('a')).val as QueueError;
    assert.equal(refused.code, 'CODEC');
    assert.match(refused.message, /"thrift".*known: .*json, raw, msgpack, yaml, pickle/);
    assert.equal((await queue.stats()).unwrap().ready, 0);
  },

  task_class: async (house) => {
    const queue = house.queue(house.name(), { codec: orderCodec });
    (await queue.put(new Order(120), { id: 'order-7', headers: { tenant: 'acme' } })).unwrap();
    const { id, payload, headers } = await one(queue);
    assert.ok(payload instanceof Order && payload.dear);
    assert.deepEqual([id, headers], ['order-7', { tenant: 'acme' }]);
  },

  lua_sha: async (house) => {
    const queue = house.queue<string>(house.name());
    (await queue.put('a')).unwrap();
    await house.client.script('FLUSH');
    const task = (await queue.get()).unwrap();
    await house.client.script('FLUSH');
    assert.equal(codeOf(await task.ack()), 'ok');
  },

  loop: async (house) => {
    const queue = new Queue<string>(house.name(), { connection: house.url });
    await queue.close();
    const early = house.queue<string>(house.name());
    (await early.put('a')).unwrap();
    assert.deepEqual(await drain(early), ['a']);
  },

  'put(task)': async (house) => {
    const queue = house.queue<string>(house.name());
    const { id, added } = (await queue.put('a')).unwrap();
    (await queue.put('b', { id: 'mine' })).unwrap();
    assert.deepEqual((await queue.put('b', { id: 'mine' })).unwrap(), { id: 'mine', added: false });
    assert.equal(added, true);
    assert.equal((await queue.stats()).unwrap().ready, 2);
    const tasks = await takeAll(queue);
    assert.deepEqual(
      tasks.map((task) => [task.id, task.payload]),
      [
        [id, 'a'],
        ['mine', 'b'],
      ],
    );
  },

  'put(task, method)': async (house) => {
    const queue = house.queue<string>(house.name());
    (await queue.put('loaded')).unwrap();
    const before = await calls(house.client);
    (await queue.put('a')).unwrap();
    assert.equal((await calls(house.client)) - before, 1);
  },

  'get()': async (house) => {
    const name = house.name();
    const [queue, other] = [house.queue<string>(name), house.queue<string>(name)];
    const waiting = queue.get();
    await until(async () => (await house.blocked()) > 0);
    (await other.putMulti(['first', 'second'])).unwrap();
    assert.equal((await waiting).unwrap().payload, 'first');
    assert.equal((await queue.get()).unwrap().payload, 'second');
  },

  'get(retry_interval)': async (house) => {
    const queue = house.queue<string>(house.name());
    assert.equal(codeOf(await queue.get({ timeout: 20 })), 'EMPTY');
    assert.equal(codeOf(await queue.get({ signal: AbortSignal.timeout(20) })), 'ABORTED');
    (await queue.put('a')).unwrap();
    assert.equal((await queue.get({ timeout: 1_000 })).unwrap().payload, 'a');
  },

  'get_nowait(), Empty': async (house) => {
    const queue = house.queue<string>(house.name());
    assert.equal(codeOf(await queue.getNowait()), 'EMPTY');
    (await queue.put('a')).unwrap();
    assert.equal((await queue.getNowait()).unwrap().payload, 'a');
  },

  'task.id, task.payload': async (house) => {
    const queue = house.queue<string>(house.name());
    const { id } = (await queue.put('a')).unwrap();
    const task = await one(queue);
    assert.deepEqual([task.id, task.payload], [id, 'a']);
  },

  'task.status, task.ack_info': async (house) => {
    const name = house.name();
    const queue = house.queue<string>(name, { retry: { backoff: 0 } });
    (await queue.put('a')).unwrap();
    (await (await one(queue)).fail()).unwrap();
    const { failures, leasedUntil } = await one(house.queue(name, { lease: 60_000 }));
    assert.equal(failures, 1, 'also for another process');
    const [seconds] = await house.client.time();
    const left = leasedUntil.getTime() - Number(seconds) * 1_000;
    assert.ok(left > 55_000 && left <= 61_000, `${left} ms left`);
  },

  'task.ack()': async (house) => {
    const queue = house.queue<string>(house.name());
    (await queue.put('a')).unwrap();
    const task = await one(queue);
    assert.equal(codeOf(await task.ack()), 'ok');
    assert.equal(codeOf(await task.ack()), 'STALE');
    assert.deepEqual(await drain(queue), []);
    const { ready, leased, acked } = (await queue.stats()).unwrap();
    assert.deepEqual([ready, leased, acked], [0, 0, 1]);
  },

  'task.fail()': async (house) => {
    const queue = house.queue<string>(house.name(), { retry: { backoff: 0 } });
    (await queue.putMulti(['a', 'b'])).unwrap();
    (await (await one(queue)).fail('boom')).unwrap();
    const [b, again] = await takeAll(queue);
    assert.deepEqual([b?.payload, again?.payload, again?.failures], ['b', 'a', 1]);
    (await b?.ack())?.unwrap();
    assert.equal(b && codeOf(await b.fail()), 'STALE');
    assert.deepEqual(await drain(queue), [], 'nothing comes back that was acked');
  },

  '_requeue(before)': async (house) => {
    const queue = house.queue<string>(house.name());
    (await queue.putMulti(['old', 'young'])).unwrap();
    await one(queue);
    await sleep(310);
    const young = await one(queue);
    (await queue.put('waiting')).unwrap();
    assert.equal((await queue.requeue({ olderThan: 300, at: 'back' })).unwrap(), 1);
    assert.deepEqual(await drain(queue), ['waiting', 'old']);
    assert.equal(codeOf(await young.ack()), 'ok');
  },

  'put_nowait, max_items, Full (promised)': async (house) => {
    const queue = house.queue<string>(house.name(), { maxItems: 1 });
    assert.equal(codeOf(await queue.putNowait('a')), 'ok');
    assert.equal(codeOf(await queue.putNowait('b')), 'FULL');
    const [c, d] = [queue.put('c'), queue.put('d')];
    const a = await one(queue);
    assert.equal(codeOf(await c), 'ok');
    (await a.release()).unwrap();
    assert.equal((await queue.stats()).unwrap().ready, 2, 'one more than the limit, rather than lost');
    assert.deepEqual(await drain(queue), ['a', 'c']);
    assert.equal(codeOf(await d), 'ok');
    assert.deepEqual(await drain(queue), ['d']);
  },

  'get_multi, put_multi (promised)': async (house) => {
    const queue = house.queue<number>(house.name());
    assert.equal((await queue.putMulti([1, 2, 3])).unwrap().length, 3);
    const tasks = (await queue.getMulti(2)).unwrap();
    assert.deepEqual(
      tasks.map(({ payload }) => payload),
      [1, 2],
    );
    assert.equal((await queue.getMulti(10)).unwrap().length, 1, 'does not wait for more than there are');
  },

  'periodical requeueing (promised)': async (house) => {
    const name = house.name();
    const [crashed, living] = [house.queue<string>(name), house.queue<string>(name, { lease: 40, sweepEvery: 20 })];
    (await crashed.put('a')).unwrap();
    await lapse(await one(crashed));
    const again = (await living.get({ timeout: 10_000 })).unwrap();
    assert.deepEqual([again.payload, again.deliveries], ['a', 2]);
    const still = house.queue<string>(house.name(), { sweepEvery: null });
    (await still.put('b')).unwrap();
    await lapse(await one(still));
    assert.equal(codeOf(await still.get({ timeout: 60 })), 'EMPTY');
  },

  'times requeued, too many retries (promised)': async (house) => {
    const queue = house.queue<string>(house.name(), { retry: { limit: 1, backoff: 0 } });
    (await queue.put('a')).unwrap();
    (await (await one(queue)).release()).unwrap();
    (await (await one(queue)).fail()).unwrap();
    const third = await one(queue);
    assert.deepEqual([third.deliveries, third.failures], [3, 1]);
    (await third.fail('boom')).unwrap();
    assert.deepEqual(await drain(queue), []);
    const [letter] = (await queue.dead.list()).unwrap();
    assert.deepEqual([letter?.payload, letter?.reason, letter?.message], ['a', 'retry-limit', 'boom']);
  },

  'too old (promised)': async (house) => {
    const queue = house.queue<string>(house.name(), { maxAge: 500 });
    (await queue.put('a')).unwrap();
    await sleep(510);
    assert.equal(codeOf(await queue.getNowait()), 'EMPTY');
    const [letter] = (await queue.dead.list()).unwrap();
    assert.deepEqual([letter?.payload, letter?.reason], ['a', 'too-old']);
    (await queue.dead.replay('all')).unwrap();
    assert.deepEqual(await drain(queue), ['a']);
  },

  'task classes with serialization (promised)': async (house) => {
    const queue = house.queue(house.name(), { codec: orderCodec });
    (await queue.put(new Order(7))).unwrap();
    const [order] = await drain(queue);
    assert.ok(order instanceof Order && !order.dear);
  },

  'all methods are coroutines': async (house) => {
    const queue = house.queue<string>(house.name());
    assert.throws(() => queue.put('a', { delay: -1 }), RangeError);
    await queue.close();
    for (const call of [queue.put('a'), queue.get(), queue.getNowait()]) assert.equal(codeOf(await call), 'CLOSED');
  },
});

/** How many scripts Redis has run. */
const calls = async (client: House['client']): Promise<number> =>
  Number(/cmdstat_evalsha:calls=(\d+)/.exec(await client.info('commandstats'))?.[1] ?? 0);
