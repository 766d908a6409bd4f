import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { from, lastValueFrom, mergeMap, range } from 'rxjs';
import { putTo, Queue, type Task } from '../../src/index.ts';
import { Shell } from '../cli/support/inShell.ts';
import { drain, lapse, one, takeAll } from '../contract/onBoth.ts';
import { codeOf, inHouse } from '../support/house.ts';
import { until } from '../support/until.ts';
import { comingFrom } from './comingFrom.ts';

comingFrom('saferedisqueue', inHouse, {
  'SafeRedisQueue(*args, **kwargs)': async (house) => {
    const name = house.name();
    const queue = house.queue<string>(name, { connection: { host: '127.0.0.1', port: house.port, db: 7 } });
    (await queue.put('Hello World')).unwrap();
    assert.deepEqual(await drain(house.queue(name, { connection: `${house.url}/7` })), ['Hello World']);
  },

  url: async (house) => {
    const server = await house.redis({ args: ['--requirepass', 'secret'] });
    const name = house.name();
    const url = `redis://:secret@127.0.0.1:${server.port}`;
    const queue = house.queue<string>(name, { connection: `${url}/7` });
    (await queue.put('a')).unwrap();
    assert.deepEqual(await drain(house.queue(name, { connection: `${url}?db=7` })), ['a']);
    assert.equal(codeOf(await house.queue(name, { connection: url }).getNowait()), 'EMPTY', 'another database');
    assert.throws(() => new Queue(name, { connection: 'localhost:6379' }), RangeError);
  },

  name: async (house) => {
    const [here, there] = [house.queue<string>(house.name()), house.queue<string>(house.name())];
    (await here.put('a')).unwrap();
    assert.equal(codeOf(await there.getNowait()), 'EMPTY');
    const keys = await house.client.keys(`*{${here.name}}*`);
    assert.ok(keys.includes(`millrace:{${here.name}}:ready`), keys.join());
  },

  autoclean_interval: async (house) => {
    const name = house.name();
    const crashed = house.queue<string>(name, { sweepEvery: null });
    (await crashed.putMulti(['a', 'b', 'waiting'])).unwrap();
    await lapse(...(await crashed.getMulti(2)).unwrap());
    const living = house.queue<string>(name, { lease: 1_500, sweepEvery: 30 });
    let swept = 0;
    living.events.subscribe((event) => {
      if (event.type === 'swept') swept += event.count;
    });
    // Held on to: a task that is dropped is garbage some day, and handed back.
    const seen: Task<string>[] = [];
    living.tasks().subscribe((task) => seen.push(task));
    await until(() => seen.length === 3);
    assert.equal(swept, 2);
    assert.deepEqual(seen.map(({ payload }) => payload).sort(), ['a', 'b', 'waiting']);
    await sleep(2_000);
    assert.equal(seen.length, 3, 'its own leases have been renewed');
  },

  'autoclean_interval=None': async (house) => {
    const queue = house.queue<string>(house.name(), { sweepEvery: null });
    (await queue.put('a')).unwrap();
    await lapse(await one(queue));
    assert.equal(codeOf(await queue.get({ timeout: 60 })), 'EMPTY');
    assert.equal((await queue.sweep()).unwrap(), 1);
    assert.deepEqual(await drain(queue), ['a']);
  },

  serializer: async (house) => {
    const name = house.name();
    const upper = {
      name: 'upper',
      encode: (value: string) => Buffer.from(value.toUpperCase()),
      decode: (bytes: Buffer) => bytes.toString().toLowerCase(),
    };
    const queue = house.queue<string>(name, { codec: upper });
    (await queue.put('hello')).unwrap();
    assert.deepEqual(await drain(queue), ['hello']);
    (await queue.put('lost on others')).unwrap();
    const other = house.queue(name);
    assert.equal(codeOf(await other.getNowait()), 'EMPTY');
    const letter = await until(async () => (await other.dead.list()).unwrap()[0]);
    assert.deepEqual([letter.reason, letter.bytes], ['undecodable', Buffer.from('LOST ON OTHERS')]);
  },

  'put(item)': async (house) => {
    const queue = house.queue<string>(house.name());
    const first = (await queue.put('Hello World')).unwrap();
    const second = (await queue.put('Foo bar')).unwrap();
    const tasks = await takeAll(queue);
    assert.deepEqual(
      tasks.map(({ id, payload }) => [id, payload]),
      [
        [first.id, 'Hello World'],
        [second.id, 'Foo bar'],
      ],
    );
  },

  'get()': async (house) => {
    const name = house.name();
    const waiting = house.queue<string>(name).get();
    await until(async () => (await house.blocked()) > 0);
    (await house.queue<string>(name).put('a')).unwrap();
    assert.equal((await waiting).unwrap().payload, 'a');
  },

  'get(timeout), positive': async (house) => {
    const queue = house.queue<string>(house.name());
    const before = performance.now();
    assert.equal(codeOf(await queue.get({ timeout: 100 })), 'EMPTY');
    assert.ok(performance.now() - before > 90);
    (await queue.put('a')).unwrap();
    assert.equal((await queue.get({ timeout: 100 })).unwrap().payload, 'a');
  },

  'get(timeout), negative': async (house) => {
    const queue = house.queue<string>(house.name());
    assert.equal(codeOf(await queue.getNowait()), 'EMPTY');
    assert.throws(() => queue.get({ timeout: -1 }), RangeError);
  },

  'ack(uid)': async (house) => {
    const name = house.name();
    const [slow, quick] = [house.queue<string>(name), house.queue<string>(name)];
    (await slow.put('Good stuff')).unwrap();
    const late = await one(slow);
    (await slow.requeue()).unwrap();
    const task = await one(quick);
    assert.equal(codeOf(await late.ack()), 'STALE', 'somebody else has it now');
    assert.equal(codeOf(await task.ack()), 'ok');
    (await slow.requeue()).unwrap();
    assert.deepEqual(await drain(slow), []);
  },

  'fail(uid)': async (house) => {
    const queue = house.queue<string>(house.name(), { retry: { backoff: 0 } });
    (await queue.putMulti(['Good stuff', 'Bad stuff', 'Other stuff'])).unwrap();
    const [good, bad] = (await queue.getMulti(2)).unwrap();
    assert.ok(good && bad);
    (await good.ack()).unwrap();
    (await bad.fail()).unwrap();
    assert.equal(codeOf(await bad.fail()), 'STALE');
    const [other, again, ...none] = await takeAll(queue);
    assert.deepEqual([other?.payload, again?.id, none.length], ['Other stuff', bad.id, 0]);
    assert.equal(again && codeOf(await again.ack()), 'ok');
  },

  'push, pop': async (house) => {
    const queue = house.queue<string>(house.name());
    assert.ok(!('push' in queue || 'pop' in queue));
    (await queue.put('a')).unwrap();
    assert.equal((await queue.get()).unwrap().payload, 'a');
  },

  "neither ack'ed nor fail'ed: a crashed consumer": async (house) => {
    const name = house.name();
    const crashed = house.queue<string>(name);
    (await crashed.put('a')).unwrap();
    await lapse(await one(crashed));
    const next = house.queue<string>(name, { sweepEvery: 20 });
    assert.equal((await next.get({ timeout: 10_000 })).unwrap().payload, 'a');
  },

  'atomic actions, several producers and consumers': async (house) => {
    const name = house.name();
    const seen: number[] = [];
    for (let i = 0; i < 3; i++)
      house
        .queue<number>(name)
        .process(async ({ payload }) => seen.push(payload), { concurrency: 8 })
        .subscribe();
    const puts = [0, 1].map((i) => range(i * 500, 500).pipe(putTo(house.queue<number>(name))));
    await lastValueFrom(from(puts).pipe(mergeMap((each) => each)));
    await until(() => seen.length >= 1_000);
    assert.equal(new Set(seen).size, 1_000);
    assert.equal(seen.length, 1_000);
  },

  'saferedisqueue.py producer': async (house) => {
    const shell = new Shell(house);
    const { code, out } = await shell.feed('Hello World\n\nthe rest', 'put', 'test', '--codec', 'raw');
    assert.equal(code, 0);
    const tasks = await takeAll(shell.queue<Buffer>('test'));
    assert.deepEqual(
      tasks.map(({ payload }) => payload.toString()),
      ['Hello World', 'the rest'],
    );
    assert.equal(out, '2 tasks put into test\n');
  },

  'saferedisqueue.py consumer': async (house) => {
    const shell = new Shell(house);
    const queue = shell.queue<string>('test');
    const consumer = shell.start('get', 'test', '--follow');
    const { id } = (await queue.put('Hello World', { codec: 'raw' })).unwrap();
    await consumer.says(/Hello World\n/);
    assert.equal(consumer.out, `${id} Hello World\n`);
    await until(async () => (await queue.stats()).unwrap().acked === 1);
  },

  'saferedisqueue.py demo': async (house) => {
    const shell = new Shell(house);
    const [hello, world] = (await shell.run('put', 'test', '--codec', 'raw', 'Hello', 'World')).out.split('\n');
    const { code, out } = await shell.run('get', 'test', '--count', 'all');
    assert.deepEqual([code, out], [0, `${hello} Hello\n${world} World\n`]);
    assert.deepEqual(await shell.counts('test'), { ready: 0, leased: 0, delayed: 0, dead: 0 });
    assert.equal((await shell.run('no-such-command')).code, 2);
  },
});
