--[[ handBack — return leased tasks to the queue: expired ones, or any when asked to.
  Safe from any number of processes at once. The holder's ack still counts until the next delivery.
  Call it again while it answers more: newest ends first when they go to the front, so that the oldest is next.
  KEYS[1] ready    list  ids, next one first
  KEYS[2] delayed  zset  id → due, µs on this server's clock
  KEYS[3] leases   zset  id → end of lease, µs on this server's clock
  KEYS[4] held     hash  id → ms it was taken, of deliveries renewed at least once
  KEYS[5] returns  hash  id → returns/generation; returns below 0: the lease ran out
  KEYS[6] wake     zset  one marker while there may be something to take
  KEYS[7] totals   hash  put, removed (without an ack), failed, returned, dead
  KEYS[8] meta     hash  layout, paused, generation, ghosts
  ARGV[1] layout   the version of this layout
  ARGV[2] which    'expired' or 'any'
  ARGV[3] age      ms since they were taken, at least
  ARGV[4] at       'front' or 'back'
  ARGV[5] lease    ms a lease usually lasts: tells the age of one never renewed
  ARGV[6] skip     how many of the leases to pass over: those found too young before
  ARGV[7] most     most leases to look at, 1 to 1,000
  returns how many were returned, how many were passed over, 1 when there may be more
]]
local ready, delayed, leases, held, returns, wake, totals, meta = unpack(KEYS)
local known = redis.call('HMGET', meta, 'layout', 'paused')
if known[1] and known[1] ~= ARGV[1] then return redis.error_reply('LAYOUT ' .. known[1]) end

local time = redis.call('TIME')
local us = time[1] * 1000000 + time[2]
local now = math.floor(us / 1000)
local upto = ARGV[2] == 'expired' and us or '+inf'
local age, atFront, most = tonumber(ARGV[3]), ARGV[4] == 'front', tonumber(ARGV[7])
local found
if atFront then
  found = redis.call('ZREVRANGEBYSCORE', leases, upto, '-inf', 'WITHSCORES', 'LIMIT', ARGV[6], most)
else
  found = redis.call('ZRANGEBYSCORE', leases, '-inf', upto, 'WITHSCORES', 'LIMIT', ARGV[6], most)
end

local all = {}
for i = 1, #found, 2 do all[#all + 1] = found[i] end
local ids = all
if age > 0 and #all > 0 then
  local taken = redis.call('HMGET', held, unpack(all))
  ids = {}
  for i = 1, #all do
    if now - (taken[i] or found[2 * i] / 1000 - ARGV[5]) >= age then ids[#ids + 1] = all[i] end
  end
end

if #ids > 0 then
  redis.call('LLEN', ready) -- a key of another type is found out before anything is removed
  redis.call('ZREM', leases, unpack(ids))
  redis.call('HDEL', held, unpack(ids))
  local marks, bumps = redis.call('HMGET', returns, unpack(ids)), {}
  for i = 1, #ids do
    local count, generation = string.match(marks[i] or '', '^-?(%d*)(.*)$')
    bumps[2 * i - 1], bumps[2 * i] = ids[i], string.format('-%d%s', (tonumber(count) or 0) + 1, generation)
  end
  redis.call('HSET', returns, unpack(bumps))
  redis.call(atFront and 'LPUSH' or 'RPUSH', ready, unpack(ids))
  redis.call('HINCRBY', totals, 'returned', #ids)
end
-- A consumer that died between wake-up and take took the marker with it: put one back,
-- unless `maxmemory` forbids it: consumers look now and then by themselves.
local waiting = redis.call('LLEN', ready) > 0 or #redis.call('ZRANGEBYSCORE', delayed, '-inf', us, 'LIMIT', 0, 1) > 0
if waiting and not known[2] then redis.pcall('ZADD', wake, 0, '*') end
return { #ids, #all - #ids, #all == most and 1 or 0 }
