import assert from 'node:assert/strict';
import { Redis, type RedisOptions } from 'ioredis';
import { checkConnection, connect } from '../../src/broker/connection.ts';
import { describe } from '../support/it.ts';
import { startRedis } from '../support/redisServer.mjs';

const url = (): string => process.env.REDIS_URL ?? '';
const FOREVER = Number.POSITIVE_INFINITY;

describe('connect', (it) => {
  it('shares one connection among all that use the same URL, until the last lets go', async () => {
    const [one, two] = [connect(url()), connect(url())];
    assert.equal(one.commands, two.commands);
    await one.commands.ready(FOREVER);
    one.release();
    assert.equal(two.commands.closed, false);
    two.release();
    assert.equal(two.commands.closed, true);
    const three = connect(url());
    assert.notEqual(three.commands, two.commands);
    three.release();
  });

  it('gives blocking pops a connection of their own', () => {
    const lines = connect(url());
    const [first, second] = [lines.own('wait'), lines.own('write')];
    assert.notEqual(first.client, lines.commands.client);
    assert.notEqual(first.client, second.client);
    for (const link of [first, second]) link.close();
    lines.release();
  });

  it('uses a client that is handed in, and never closes it', async () => {
    const client = new Redis(url());
    try {
      const lines = connect(client);
      assert.equal(lines.commands.client, client);
      const blocking = lines.own('wait');
      await blocking.ready(FOREVER);
      blocking.close();
      lines.release();
      assert.equal(await client.ping(), 'PONG');
    } finally {
      client.disconnect();
    }
  });

  it('lets no timeout of the driver cut a blocking pop, and repeats nothing behind our back', () => {
    const impatient = { lazyConnect: true, commandTimeout: 5, maxRetriesPerRequest: 9 };
    const client = new Redis(url(), impatient);
    for (const lines of [connect(impatient), connect(client)]) {
      const blocking = lines.own('wait');
      const { commandTimeout, blockingTimeout, maxRetriesPerRequest, enableOfflineQueue } = blocking.client
        .options as RedisOptions;
      assert.deepEqual(
        [commandTimeout, blockingTimeout, maxRetriesPerRequest, enableOfflineQueue],
        [undefined, undefined, 0, false],
      );
      blocking.close();
      lines.release();
    }
    client.disconnect();
  });

  it('connects to a socket in the file system, and to the database that is asked for', async () => {
    await using server = await startRedis({ args: ['--unixsocket', 'r.sock'] });
    const lines = connect(checkConnection('Queue', `unix://${server.dir}/r.sock?db=3`));
    try {
      await lines.commands.ready(FOREVER);
      assert.match(String(await lines.commands.client.call('CLIENT', 'INFO')), / db=3 /);
    } finally {
      lines.release();
    }
  });
});
