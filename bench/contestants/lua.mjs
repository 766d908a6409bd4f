// The yardstick: the least that at-least-once can do. Ids in a list, payloads in a hash, a lease per task by the
// server's clock; one script puts, one acks and takes the next. It wakes idle consumers, but it never retries,
// delays, fences, renews or sweeps.
import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { lanes } from './lanes.mjs';

const LEASE = 30_000;
const CHUNK = 1_000; // tasks per script, so that unpack is never asked for more than 2,000 values

const PUT = `
  local ids = {}
  for i = 1, #ARGV, 2 do ids[#ids + 1] = ARGV[i] end
  redis.call('RPUSH', KEYS[1], unpack(ids))
  redis.call('HSET', KEYS[2], unpack(ARGV))
  redis.call('ZADD', KEYS[4], 0, '*')`;

const ACK_AND_TAKE = `
  local done = cjson.decode(ARGV[3])
  if #done > 0 then
    redis.call('HDEL', KEYS[2], unpack(done))
    redis.call('ZREM', KEYS[3], unpack(done))
  end
  if ARGV[1] == '0' then return false end
  local ids = redis.call('LPOP', KEYS[1], ARGV[1])
  if not ids then return false end
  if #ids == tonumber(ARGV[1]) and redis.call('EXISTS', KEYS[1]) == 1 then redis.call('ZADD', KEYS[4], 0, '*') end
  local leases, time = {}, redis.call('TIME')
  local over = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[2]
  for i = 1, #ids do leases[2 * i - 1], leases[2 * i] = over, ids[i] end
  redis.call('ZADD', KEYS[3], unpack(leases))
  return { table.concat(ids, ' '), redis.call('HMGET', KEYS[2], unpack(ids)) }`;

export const connect = (url, name) => {
  const keys = ['ids', 'payloads', 'leases', 'wake'].map((key) => `lua:{${name}}:${key}`);
  const redis = new Redis(url);
  redis.defineCommand('putTasks', { numberOfKeys: 4, lua: PUT });
  redis.defineCommand('ackAndTake', { numberOfKeys: 4, lua: ACK_AND_TAKE });

  const me = randomUUID().slice(0, 8);
  let count = 0;
  const putMulti = (tasks) => {
    const args = [];
    for (const task of tasks) args.push(`${me}${(count++).toString(36)}`, JSON.stringify(task));
    return redis.putTasks(keys, args);
  };

  // Single puts of one turn of the event loop go together.
  let waiting = [];
  const flush = () => {
    const all = waiting;
    waiting = [];
    for (let from = 0; from < all.length; from += CHUNK) {
      const batch = all.slice(from, from + CHUNK);
      const done = putMulti(batch.map(({ task }) => task));
      for (const { resolve } of batch) resolve(done);
    }
  };
  const put = (task) =>
    new Promise((resolve) => {
      if (waiting.push({ task, resolve }) === 1) setImmediate(flush);
    });

  const consume = (how) => {
    const blocking = new Redis(url);
    const turn = async (done, count) => {
      if (done.length === 0 && count === 0) return [];
      // As JSON, many ids cost less than as so many arguments.
      const reply = await redis.ackAndTake(keys, [count, LEASE, JSON.stringify(done.map(({ id }) => id))]);
      if (reply === null) return [];
      const [ids, texts] = [reply[0].split(' '), reply[1]];
      return texts.map((text, i) => ({ id: ids[i], task: JSON.parse(text) }));
    };
    const wait = async () => {
      await blocking.bzpopmin(keys[3], 0);
      return [];
    };
    return lanes({ turn, wait, end: () => blocking.disconnect() }, how);
  };

  return {
    put,
    putMulti,
    consume,
    left: async () => (await redis.hlen(keys[1])) + (await redis.zcard(keys[2])),
    close: () => redis.quit(),
  };
};
