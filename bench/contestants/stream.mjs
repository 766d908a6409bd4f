// A stream and a consumer group: XADD, XREADGROUP, XACK and XDEL. At least once, if somebody claims what dead
// consumers left pending.
import { Redis } from 'ioredis';
import { lanes } from './lanes.mjs';

const GROUP = 'workers';

export const connect = (url, name) => {
  const redis = new Redis(url);
  const key = `stream:${name}`;
  const group = redis.xgroup('CREATE', key, GROUP, '0', 'MKSTREAM').catch((error) => {
    if (!error.message.startsWith('BUSYGROUP')) throw error;
  });
  const put = (task) => redis.xadd(key, '*', 'task', JSON.stringify(task));
  const read = (reply) => (reply?.[0][1] ?? []).map(([id, [, text]]) => ({ id, task: JSON.parse(text) }));

  const consume = async (how) => {
    await group;
    const blocking = new Redis(url);
    const ask = (client, count, ...how) =>
      client.xreadgroup('GROUP', GROUP, String(process.pid), 'COUNT', count, ...how, 'STREAMS', key, '>');
    const turn = async (done, count) => {
      const ids = done.map(({ id }) => id);
      const settled = ids.length === 0 ? [] : [redis.xack(key, GROUP, ...ids), redis.xdel(key, ...ids)];
      const [reply] = await Promise.all([count === 0 ? null : ask(redis, count), ...settled]);
      return read(reply);
    };
    const wait = async () => read(await ask(blocking, how.concurrency, 'BLOCK', 0));
    return lanes({ turn, wait, end: () => blocking.disconnect() }, how);
  };

  return {
    put,
    putMulti: (tasks) => Promise.all(tasks.map(put)),
    consume,
    left: () => redis.xlen(key),
    close: () => redis.quit(),
  };
};
