import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { describe } from './support/it.ts';
import { startRedis } from './support/redisServer.mjs';

const connect = (url: string): Redis => {
  const redis = new Redis(url, { retryStrategy: () => 20, maxRetriesPerRequest: null });
  redis.on('error', () => {});
  return redis;
};

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('startRedis', (it) => {
  it('keeps what an append-only file holds over kill and restart, on the same port', async () => {
    await using server = await startRedis({ args: ['--appendonly', 'yes', '--appendfsync', 'always'] });
    const client = connect(server.url);
    await client.set('a', '1');
    const { pid } = server;
    await server.kill();
    assert.equal(isAlive(pid), false);
    await server.restart();
    assert.notEqual(server.pid, pid);
    assert.equal(await client.get('a'), '1');
    client.disconnect();
  });

  it('freezes and thaws', async () => {
    await using server = await startRedis();
    const client = connect(server.url);
    await client.ping();
    server.freeze();
    const reply = client.ping();
    assert.equal(await Promise.race([reply, sleep(50, 'silence')]), 'silence');
    server.thaw();
    assert.equal(await reply, 'PONG');
    client.disconnect();
  });

  it('stops a frozen server and removes its folder', async () => {
    const server = await startRedis();
    server.freeze();
    await server.stop();
    await server.exited;
    assert.equal(existsSync(server.dir), false);
  });

  it('says why a server does not start', async () => {
    await assert.rejects(startRedis({ args: ['--no-such-setting', '1'] }), /did not start:[\s\S]*no-such-setting/);
  });

  it('leaves no server and no folder behind when its process is killed', async () => {
    const script = `import { startRedis } from ${JSON.stringify(new URL('support/redisServer.mjs', import.meta.url))};
      const { pid, dir } = await startRedis();
      console.log(JSON.stringify({ pid, dir }));
      setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(parent.stdout, 'data');
    const { pid, dir } = JSON.parse(String(line));
    assert.equal(isAlive(pid), true);
    parent.kill('SIGKILL');
    for (let tries = 0; tries < 200 && (isAlive(pid) || existsSync(dir)); tries++) await sleep(10);
    assert.deepEqual([isAlive(pid), existsSync(dir)], [false, false]);
  });
});
