// The honest yardstick: the least that at-least-once can do. Ids in a list, payloads in a hash, a lease per
// task; one script puts, one acks and takes the next. It never retries, delays, fences, renews or sweeps.
import { Redis } from 'ioredis';

const KEYS = ['ids', 'payloads', 'leases'];
const LEASE = 30_000;

const PUT = `
  local ids = {}
  for i = 1, #ARGV, 2 do ids[#ids + 1] = ARGV[i] end
  redis.call('RPUSH', KEYS[1], unpack(ids))
  redis.call('HSET', KEYS[2], unpack(ARGV))`;

const ACK_AND_TAKE = `
  if #ARGV > 2 then
    redis.call('HDEL', KEYS[2], unpack(ARGV, 3))
    redis.call('ZREM', KEYS[3], unpack(ARGV, 3))
  end
  local ids = redis.call('LPOP', KEYS[1], ARGV[1])
  if not ids then return { {}, {} } end
  local leases = {}
  for i = 1, #ids do leases[2 * i - 1], leases[2 * i] = ARGV[2], ids[i] end
  redis.call('ZADD', KEYS[3], unpack(leases))
  return { ids, redis.call('HMGET', KEYS[2], unpack(ids)) }`;

export const connect = (url) => {
  const redis = new Redis(url);
  redis.defineCommand('putTasks', { numberOfKeys: 3, lua: PUT });
  redis.defineCommand('ackAndTake', { numberOfKeys: 3, lua: ACK_AND_TAKE });

  const putMulti = (tasks) => redis.putTasks(...KEYS, ...tasks.flatMap((task) => [task.id, JSON.stringify(task)]));

  // Single puts of one turn of the event loop go together.
  let waiting = [];
  const flush = () => {
    const batch = waiting;
    waiting = [];
    const done = putMulti(batch.map(({ task }) => task));
    for (const { resolve } of batch) resolve(done);
  };
  const put = (task) =>
    new Promise((resolve) => {
      if (waiting.push({ task, resolve }) === 1) setImmediate(flush);
    });

  const consume = async (total, concurrency, work) => {
    let taken = 0;
    const lane = async () => {
      for (let done = []; taken < total || done.length > 0; ) {
        const [ids, texts] = await redis.ackAndTake(...KEYS, concurrency, Date.now() + LEASE, ...done);
        taken += ids.length;
        await Promise.all(texts.map((text) => work(JSON.parse(text))));
        done = ids;
      }
    };
    await Promise.all(concurrency === 1 ? [lane()] : [lane(), lane()]);
  };

  return {
    put,
    putMulti,
    consume,
    left: async () => (await redis.hlen(KEYS[1])) + (await redis.zcard(KEYS[2])),
    close: () => redis.quit(),
  };
};
