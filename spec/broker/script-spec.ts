import assert from 'node:assert/strict';
import { Redis } from 'ioredis';
import { script, sequence } from '../../src/broker/script.ts';
import { describe } from '../support/it.ts';

const add = script(`--[[ add — add to a number.
  KEYS[1] sum    string  a number
  ARGV[1] n      what to add
  returns the sum
]]
local sum = KEYS[1]
return redis.call('INCRBY', sum, ARGV[1])`);

const move = script(`--[[ move — move a number to another.
  KEYS[1] other  string  a number
  KEYS[2] sum    string  a number
  returns what was moved, or an error when that is 13
]]
local other, sum = unpack(KEYS)
local n = redis.call('GETDEL', sum)
if n == '13' then return redis.error_reply('UNLUCKY') end
redis.call('INCRBY', other, n)
return n`);

const onRedis = (body: (redis: Redis) => Promise<unknown>) => async (): Promise<void> => {
  const redis = new Redis(process.env.REDIS_URL as string);
  try {
    await redis.del('script:sum', 'script:other');
    await body(redis);
  } finally {
    redis.disconnect();
  }
};

describe('script', (it) => {
  it('knows its keys, in order, by their names in the header', () => {
    assert.deepEqual(add.keys, ['sum']);
    assert.deepEqual(move.keys, ['other', 'sum']);
  });

  it('several are one, which names each key once', () => {
    assert.deepEqual(sequence(add, move).keys, ['sum', 'other']);
    assert.notEqual(sequence(add, move).sha, sequence(move, add).sha);
  });

  it(
    'each step of a sequence has its own keys and arguments, and answers for itself',
    onRedis(async (redis) => {
      const { text } = sequence(add, move, add);
      const reply = await redis.eval(text, 2, 'script:sum', 'script:other', 1, 0, 1, 5, 7);
      assert.deepEqual(reply, [5, '5', 7]);
      assert.deepEqual(await redis.mget('script:sum', 'script:other'), ['7', '5']);
    }),
  );

  it(
    'a step that answers an error is the last one',
    onRedis(async (redis) => {
      const { text } = sequence(add, move, add);
      await assert.rejects(async () => redis.eval(text, 2, 'script:sum', 'script:other', 1, 0, 1, 13, 7), /UNLUCKY/);
      assert.equal(await redis.get('script:sum'), null);
    }),
  );
});
