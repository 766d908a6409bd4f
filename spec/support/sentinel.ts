import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './freePort.mjs';
import type { House } from './house.ts';
import type { RedisServer } from './redisServer.mjs';
import { until } from './until.ts';

/** The name under which sentinels know the master. */
export const MASTER = 'mymaster';

/** Starts a sentinel that alone decides who is master. It ends with the house. */
export const startSentinel = async (house: House, master: RedisServer): Promise<RedisServer> => {
  const dir = await mkdtemp(join(tmpdir(), 'millrace-sentinel-'));
  const port = await freePort();
  const file = join(dir, 'sentinel.conf');
  const lines = [
    `sentinel monitor ${MASTER} 127.0.0.1 ${master.port} 1`,
    `sentinel down-after-milliseconds ${MASTER} 500`,
    `sentinel failover-timeout ${MASTER} 3000`,
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  house.atEnd(() => rm(dir, { recursive: true, force: true }));
  const sentinel = await house.redis({ file, port, dir, args: ['--sentinel'] });
  const client = house.connect(sentinel.url);
  await until(async () => /num-slaves,[1-9]/.test(String(await client.call('SENTINEL', 'MASTER', MASTER))), {
    what: 'the sentinel knows a replica',
    within: 30_000,
  });
  return sentinel;
};
