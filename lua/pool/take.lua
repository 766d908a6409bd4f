--[[ take — lease members that are due to whoever asks, the one that is due longest first.
  A member whose lease ran out is due since then. Each take is a new delivery, with a token of its own, and lasts
  from now: a member long overdue is handed out once per lease. A take whose reply is lost costs one lease.
  KEYS[1] members  hash  id → "<ms added> " .. envelope
  KEYS[2] due      zset  id → due, µs on this server's clock, of members nobody holds
  KEYS[3] leases   zset  id → end of lease, µs on this server's clock
  KEYS[4] rounds   hash  id → "<token> <deliveries> <failures> <ms of the first> <µs it was due>": what happened
                         since its last ack; a token below 0: that delivery is settled
  KEYS[5] wake     zset  one marker while there may be something to take
  KEYS[6] meta     hash  layout, generation
  ARGV[1] layout   the version of this layout
  ARGV[2] count    most members to lease, 1 to 1,000
  ARGV[3] lease    ms
  returns { ms now, ms the next one is due or -1, how many are left due, token of these deliveries },
          ids and their rounds so far, each as a JSON array, envelopes (none for an id that was due without a member)
]]
local members, due, leases, rounds, wake, meta = unpack(KEYS)
local layout = redis.call('HGET', meta, 'layout')
if layout and layout ~= ARGV[1] then return redis.error_reply('LAYOUT ' .. layout) end

local time = redis.call('TIME')
local us = time[1] * 1000000 + time[2]
local now = math.floor(us / 1000)

local function upcoming()
  local nextDue = redis.call('ZRANGE', due, 0, 0, 'WITHSCORES')[2]
  local nextEnd = redis.call('ZRANGE', leases, 0, 0, 'WITHSCORES')[2]
  local first = math.min(tonumber(nextDue or 'inf'), tonumber(nextEnd or 'inf'))
  return first < math.huge and math.ceil(first / 1000) or -1
end

-- A key of another type is found out before anything is taken.
redis.call('ZCARD', due)
redis.call('HLEN', members)
redis.call('HLEN', rounds)

-- Removals come first in every script: they free memory, and after them Redis lets a script go on
-- although `maxmemory` is reached.
local ended = redis.call('ZRANGEBYSCORE', leases, '-inf', us, 'WITHSCORES', 'LIMIT', 0, 1000)
if #ended > 0 then
  local lapsed, again = {}, {}
  for i = 1, #ended, 2 do
    lapsed[#lapsed + 1] = ended[i]
    again[i], again[i + 1] = ended[i + 1], ended[i]
  end
  redis.call('ZREM', leases, unpack(lapsed))
  redis.call('ZADD', due, unpack(again))
end
local found = redis.call('ZRANGEBYSCORE', due, '-inf', us, 'WITHSCORES', 'LIMIT', 0, ARGV[2])
local ids = {}
for i = 1, #found, 2 do ids[#ids + 1] = found[i] end
if #ids > 0 then redis.call('ZREM', due, unpack(ids)) end

local left = redis.call('ZCOUNT', due, '-inf', us) + redis.call('ZCOUNT', leases, '-inf', us)
if left > 0 then redis.call('ZADD', wake, 0, '*') end
if #ids == 0 then return { { now, upcoming(), left, 0 }, '[]', '[]', {} } end

local token = redis.call('HINCRBY', meta, 'generation', 1)
local envelopes = redis.call('HMGET', members, unpack(ids))
local past = redis.call('HMGET', rounds, unpack(ids))
local ends, marks, gone, lease = {}, {}, {}, us + math.ceil(ARGV[3] * 1000)
for i = 1, #ids do
  past[i] = past[i] or ''
  if envelopes[i] then
    local deliveries, failures, first = past[i]:match('^%-?%d+ (%d+) (%d+) (%d+)')
    -- A µs later than the one before: members whose leases run out together are due in this order.
    ends[#ends + 1] = lease + i
    ends[#ends + 1] = ids[i]
    marks[#marks + 1] = ids[i]
    deliveries, failures, first = (deliveries or 0) + 1, failures or 0, first or 0
    marks[#marks + 1] = string.format('%d %d %d %s %s', token, deliveries, failures, first, found[2 * i])
  else
    gone[#gone + 1] = ids[i]
  end
end
if #gone > 0 then redis.call('HDEL', rounds, unpack(gone)) end
if #ends > 0 then
  redis.call('ZADD', leases, unpack(ends))
  redis.call('HSET', rounds, unpack(marks))
end
-- As JSON, two lists cost both sides a fraction of what as many replies would.
return { { now, upcoming(), left, token }, cjson.encode(ids), cjson.encode(past), envelopes }
