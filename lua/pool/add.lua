--[[ add — let members in; those that are in already, held or not, are due now all the same.
  Whoever held one of them will find its settlement too late. Its round begins anew, with the envelope given now.
  KEYS[1] members  hash  id → "<ms added> " .. envelope
  KEYS[2] due      zset  id → due, µs on this server's clock, of members nobody holds
  KEYS[3] leases   zset  id → end of lease, µs on this server's clock
  KEYS[4] rounds   hash  id → what happened since its last ack, see take; '-': nothing counts that was taken before
  KEYS[5] wake     zset  one marker while there may be something to take
  KEYS[6] meta     hash  layout, generation
  ARGV[1] layout   the version of this layout
  ARGV[2…] id, envelope, id, envelope, …: at most 1,000
  returns per member 1 (new) or 0 (was one before)
]]
local members, due, leases, rounds, wake, meta = unpack(KEYS)
local layout = redis.call('HGET', meta, 'layout')
if layout and layout ~= ARGV[1] then return redis.error_reply('LAYOUT ' .. layout) end

local time = redis.call('TIME')
local us = time[1] * 1000000 + time[2]
local now = string.format('%.0f ', math.floor(us / 1000))

local ids = {}
for i = 2, #ARGV, 2 do ids[#ids + 1] = ARGV[i] end
local past = redis.call('HMGET', rounds, unpack(ids))
local known = redis.call('HMGET', members, unpack(ids))
-- A key of another type is found out before the first write.
redis.call('ZCARD', due)
redis.call('ZCARD', leases)
redis.call('ZCARD', wake)

local answers, seen, fields, scores, over = {}, {}, {}, {}, {}
for i = 1, #ids do
  answers[i] = (known[i] or seen[ids[i]]) and 0 or 1
  seen[ids[i]] = true
  fields[2 * i - 1], fields[2 * i] = ids[i], now .. ARGV[2 * i + 1]
  -- A µs after the one before, and all of them due: those added together come in order.
  scores[2 * i - 1], scores[2 * i] = us - #ids + i, ids[i]
  if past[i] then over[#over + 1], over[#over + 2] = ids[i], '-' end
end
-- What grows comes first: a Redis that has reached `maxmemory` refuses that, and then nothing has changed.
redis.call('HSET', members, unpack(fields))
if not layout then redis.call('HSET', meta, 'layout', ARGV[1]) end
redis.call('ZREM', leases, unpack(ids))
if #over > 0 then redis.call('HSET', rounds, unpack(over)) end
redis.call('ZADD', due, unpack(scores))
redis.call('ZADD', wake, 0, '*')
return answers
