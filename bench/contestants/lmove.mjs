// The reliable list of the Redis manual: LMOVE to a list of the consumer's own, LREM when done. At least once, if
// somebody looks after the lists of dead consumers; each task costs two commands, which travel in pipelines.
import { Redis } from 'ioredis';
import { lanes } from './lanes.mjs';

export const connect = (url, name) => {
  const redis = new Redis(url);
  const key = `lmove:${name}`;
  const held = `${key}:${process.pid}`;
  const read = (text) => ({ text, task: JSON.parse(text) });
  const push = (tasks) => {
    const pipeline = redis.pipeline();
    for (const task of tasks) pipeline.lpush(key, JSON.stringify(task));
    return pipeline.exec().then(replies);
  };

  const consume = (how) => {
    const blocking = new Redis(url);
    const turn = async (done, count) => {
      const pipeline = redis.pipeline();
      for (const { text } of done) pipeline.lrem(held, 1, text);
      for (let i = 0; i < count; i++) pipeline.lmove(key, held, 'RIGHT', 'LEFT');
      const texts = replies(await pipeline.exec()).slice(done.length);
      return texts.filter((text) => text !== null).map(read);
    };
    const wait = async () => [read(await blocking.blmove(key, held, 'RIGHT', 'LEFT', 0))];
    return lanes({ turn, wait, end: () => blocking.disconnect() }, how);
  };

  return {
    put: (task) => redis.lpush(key, JSON.stringify(task)),
    putMulti: push,
    consume,
    left: async () => (await redis.llen(key)) + (await redis.llen(held)),
    close: () => redis.quit(),
  };
};

const replies = (results) =>
  results.map(([error, reply]) => {
    if (error) throw error;
    return reply;
  });
