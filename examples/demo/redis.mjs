// A Redis for the demo: yours, if $REDIS_URL names one, else a private one that ends with it.
import { Redis } from 'ioredis';
import { findRedis, startRedis } from '../../spec/support/redisServer.mjs';

/** There is none, nor can one be had; its message says what would get one. */
export class NoRedis extends Error {}

/** `close` leaves nothing behind: no server of ours, no key on yours. */
export async function openRedis() {
  const prefix = `millrace-demo-${process.pid}-${Date.now().toString(36)}`;
  const given = process.env.REDIS_URL;
  if (given) return open(given, prefix, 'the Redis of $REDIS_URL', (redis) => forget(redis, prefix));

  const { version } = await findRedis().catch((error) => {
    throw new NoRedis(error.message);
  });
  const server = await startRedis();
  return open(server.url, prefix, `a private Redis ${version}`, () => server.stop());
}

async function open(url, prefix, about, tidy) {
  const redis = new Redis(url, { lazyConnect: true });
  let problem;
  redis.on('error', (error) => {
    problem = error;
  });
  const close = async () => {
    if (redis.status === 'ready') await tidy(redis);
    redis.disconnect();
  };
  try {
    await redis.connect();
  } catch (error) {
    redis.disconnect();
    throw new Error(`cannot reach ${about}: ${(problem ?? error).message}`);
  }
  return { url, prefix, about, redis, close };
}

async function forget(redis, prefix) {
  for await (const keys of redis.scanStream({ match: `${prefix}:*`, count: 1_000 }))
    if (keys.length > 0) await redis.unlink(keys);
}
