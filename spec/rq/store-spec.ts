import assert from 'node:assert/strict';
import { Cluster, Redis } from 'ioredis';
import { scripts } from '../../src/rq/scripts.ts';
import { hashOf, RqStore, settled, textOf } from '../../src/rq/store.ts';
import { describe } from '../support/it.ts';

describe('rq/store', (it) => {
  it('runs scripts and commands, and answers CLOSED afterwards', async () => {
    const store = new RqStore('f', process.env.REDIS_URL);
    await store.command('HSET', 'rq:store-spec', 'a', 'b');
    assert.equal(textOf(hashOf(await store.command('HGETALL', 'rq:store-spec')).get('a')), 'b');
    assert.equal(await store.run(scripts.set, ['store-spec', 'a', 1]), 0);
    const wrong = await settled(store.command('LPUSH', 'rq:store-spec', 1));
    assert.ok(wrong.err && wrong.val.code === 'CONNECTION' && !wrong.val.heals);
    await store.command('DEL', 'rq:store-spec');
    store.close();
    store.close();
    assert.ok(store.closed);
    const after = await settled(store.command('PING'));
    assert.ok(after.err && after.val.code === 'CLOSED');
  });

  it('refuses a Cluster, a prefix, and no Redis at all', () => {
    const cluster = new Cluster([{ host: '127.0.0.1', port: 1 }], { lazyConnect: true });
    assert.throws(() => new RqStore('RqQueue', cluster), { name: 'RqError', code: 'CLUSTER' });
    const client = new Redis({ lazyConnect: true, keyPrefix: 'x:' });
    assert.throws(() => new RqStore('RqQueue', client), /RqQueue: connection.keyPrefix is "x:"/);
    assert.throws(() => new RqStore('RqQueue', { keyPrefix: 'x:' }), /keyPrefix/);
    assert.throws(() => new RqStore('RqQueue', 'memory:'), /a Redis/);
    assert.throws(() => new RqStore('RqQueue', 5), /RqQueue: connection is 5/);
    assert.throws(() => new RqStore('RqQueue', undefined, -1), /RqQueue: patience is -1/);
    cluster.disconnect();
    client.disconnect();
  });

  it('answers CONNECTION when Redis stays away', async () => {
    const store = new RqStore('f', 'redis://127.0.0.1:1', 50);
    const result = await settled(store.command('PING'));
    assert.ok(result.err && result.val.code === 'CONNECTION' && result.val.heals);
    store.close();
  });
});
