import assert from 'node:assert/strict';
import { Redis, type RedisOptions } from 'ioredis';
import { checkConnection, connect } from '../../src/broker/connection.ts';
import { describe } from '../support/it.ts';
import { startRedis } from '../support/redisServer.mjs';

const url = (): string => process.env.REDIS_URL ?? '';
const FOREVER = Number.POSITIVE_INFINITY;

describe('checkConnection', (it) => {
  const complaint = (value: unknown): string => {
    try {
      checkConnection('Queue', value);
    } catch (error) {
      assert.ok(error instanceof TypeError || error instanceof RangeError);
      return `${error.name} ${error.message}`;
    }
    return 'none';
  };

  it('takes what one can connect to', () => {
    const client = new Redis({ lazyConnect: true });
    for (const value of [
      'redis://127.0.0.1',
      'redis://:p%40ss@h:6380/3',
      'rediss://user:pw@h/?db=3',
      'redis://[::1]:6379',
      'unix:///tmp/a%20b.sock?db=1',
      'unix://user:pw@/tmp/s.sock',
      'memory:',
      {},
      { sentinels: [{ host: 'h', port: 1 }], name: 'm' },
      client,
    ])
      assert.equal(complaint(value), 'none');
    client.disconnect();
  });

  it('says what it expects instead of what one cannot connect to', () => {
    const cases: [unknown, RegExp][] = [
      ['http://h', /^RangeError Queue: connection is "http:\/\/h", expected a redis:\/\//],
      ['redis:/typo', /^RangeError .*expected a redis:\/\//],
      ['unix://tmp/s.sock', /^RangeError .*expected a path after three slashes/],
      ['unix:///', /^RangeError .*expected a path/],
      ['redis://h/first', /^RangeError .*expected a db that is a number/],
      ['redis://h/3?db=x', /^RangeError .*expected a db that is a number/],
      ['redis://:100%@h', /^RangeError .*expected "%" as "%25"/],
      [new URL('redis://h'), /^TypeError .*an object \(URL\), expected a redis:\/\//],
      [Promise.resolve({}), /^TypeError .*an object \(Promise\)/],
      [{ connect() {}, sendCommand() {} }, /^TypeError .*a client of ioredis/],
    ];
    for (const [value, expected] of cases) assert.match(complaint(value), expected);
  });

  it('keeps passwords to itself', () => {
    for (const url of [
      'http://me:secret@h',
      'me:secret@h',
      'redis//me:sec/ret@h',
      'redis://me:secret%@h',
      'redis://me:secret@h/x',
    ])
      assert.doesNotMatch(complaint(url), /sec/, url);
  });
});

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
