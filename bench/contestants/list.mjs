// Bare ioredis and a list, without any guarantee: what a consumer took is lost when it dies.
// Single puts are pipelined by the driver, many go in one variadic LPUSH, many come with one RPOP.
import { Redis } from 'ioredis';

const KEY = 'list';

export const connect = (url) => {
  const redis = new Redis(url);

  const consume = async (total, concurrency, work) => {
    let taken = 0;
    const lane = async () => {
      while (taken < total) {
        const texts = (await redis.rpop(KEY, concurrency)) ?? [];
        taken += texts.length;
        await Promise.all(texts.map((text) => work(JSON.parse(text))));
      }
    };
    // Two lanes, so that one works while the other waits for Redis.
    await Promise.all(concurrency === 1 ? [lane()] : [lane(), lane()]);
  };

  return {
    put: (task) => redis.lpush(KEY, JSON.stringify(task)),
    putMulti: (tasks) => redis.lpush(KEY, ...tasks.map((task) => JSON.stringify(task))),
    consume,
    left: () => redis.llen(KEY),
    close: () => redis.quit(),
  };
};
