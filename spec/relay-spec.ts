import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { describe } from './support/it.ts';
import { type Fate, type Relay, startRelay } from './support/relay.ts';

describe('relay', (it) => {
  const url = process.env.REDIS_URL as string;
  let direct: Redis;
  let relay: Relay;
  let client: Redis;

  it.beforeEach(async () => {
    direct = new Redis(url);
    await direct.flushall();
    relay = await startRelay(Number(new URL(url).port));
    client = new Redis(relay.url, { retryStrategy: () => 10, maxRetriesPerRequest: 0 });
    client.on('error', () => {});
    await client.ping();
  });
  it.afterEach(async () => {
    client.disconnect();
    direct.disconnect();
    await relay.close();
  });

  /** The fate of the first request that names `key`; all others pass. */
  const once = (key: string, fate: Fate): void => {
    let done = false;
    relay.onRequest((bytes) => {
      if (done || !bytes.includes(key)) return 'pass';
      done = true;
      return fate;
    });
  };

  it('is a network when left alone', async () => {
    assert.equal(await client.set('a', 'x'.repeat(200_000)), 'OK');
    assert.equal((await client.get('a'))?.length, 200_000);
    assert.equal(relay.connections(), 1);
  });

  it('cuts: the client comes back', async () => {
    relay.cut();
    await sleep(30);
    assert.equal(await client.ping(), 'PONG');
  });

  it('loses the reply of a request that was executed', async () => {
    once('executed', 'cut-after-forward');
    await assert.rejects(client.incr('executed'));
    assert.equal(await direct.get('executed'), '1');
  });

  it('loses every reply of a pipeline that was executed', async () => {
    once('p0', 'cut-after-forward');
    const pipeline = client.pipeline();
    for (let i = 0; i < 2000; i++) pipeline.set(`p${i}`, 'x'.repeat(100));
    await pipeline.exec().then(
      (results) => assert.ok(results?.every(([error]) => error !== null)),
      () => {},
    );
    assert.equal(await direct.dbsize(), 2000);
  });

  it('loses a request before Redis sees it', async () => {
    once('lost', 'cut-before-forward');
    await assert.rejects(client.incr('lost'));
    assert.equal(await direct.get('lost'), null);
  });

  it('hands a blocked pop its element and loses it on the way', async () => {
    once('line', 'cut-after-forward');
    const popped = client.blpop('line', 0).catch(() => 'lost');
    await sleep(20);
    await direct.rpush('line', 'a');
    assert.equal(await popped, 'lost');
    assert.equal(await direct.llen('line'), 0);
  });

  it('freezes and goes on with what piled up', async () => {
    relay.pause();
    const reply = client.incr('a');
    assert.equal(await Promise.race([reply, sleep(40, 'silence')]), 'silence');
    assert.equal(await direct.get('a'), null);
    relay.resume();
    assert.equal(await reply, 1);
  });

  it('refuses new connections until told otherwise', async () => {
    await relay.refuse(true);
    relay.cut();
    await sleep(30);
    await assert.rejects(client.ping());
    assert.equal(relay.connections(), 0);
    await relay.refuse(false);
    await sleep(60);
    assert.equal(await client.ping(), 'PONG');
  });

  it('drops replies of requests that are executed', async () => {
    relay.dropReplies(true);
    const reply = client.incr('a').catch(() => 'lost');
    await sleep(40);
    assert.equal(await direct.get('a'), '1');
    relay.dropReplies(false);
    relay.cut();
    assert.equal(await reply, 'lost');
  });
});
