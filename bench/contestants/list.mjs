// Bare ioredis and a list, without any guarantee: what a consumer took is lost when it dies.
// Single puts are pipelined by the driver, many go in one variadic LPUSH, many come with one RPOP.
import { Redis } from 'ioredis';
import { lanes } from './lanes.mjs';

export const connect = (url, name) => {
  const redis = new Redis(url);
  const key = `list:${name}`;
  const read = (text) => ({ task: JSON.parse(text) });

  const consume = (how) => {
    const blocking = new Redis(url);
    const turn = async (_done, count) => (count === 0 ? [] : ((await redis.rpop(key, count)) ?? []).map(read));
    const wait = async () => [read((await blocking.brpop(key, 0))[1])];
    return lanes({ turn, wait, end: () => blocking.disconnect() }, how);
  };

  return {
    put: (task) => redis.lpush(key, JSON.stringify(task)),
    putMulti: (tasks) => redis.lpush(key, ...tasks.map((task) => JSON.stringify(task))),
    consume,
    left: () => redis.llen(key),
    close: () => redis.quit(),
  };
};
