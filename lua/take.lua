--[[ take — lease the next tasks to whoever asks; promote delayed ones that are due.
  Each take is a new delivery; a take whose reply is lost costs its tasks one lease.
  KEYS[1] tasks     hash  id → "<ms put> " .. envelope
  KEYS[2] ready     list  ids, next one first
  KEYS[3] delayed   zset  id → due, µs on this server's clock (odd: joins the front)
  KEYS[4] leases    zset  id → end of lease, µs on this server's clock
  KEYS[5] returns   hash  id → returns/generation
  KEYS[6] failures  hash  id → "<count> <ms of the first> <why dead or -> <last reason>"
  KEYS[7] ghosts    hash  id → how many of its entries in ready stand for nothing any more
  KEYS[8] wake      zset  one marker while there may be something to take
  KEYS[9] meta      hash  layout, paused, generation, ghosts
  ARGV[1] layout    the version of this layout
  ARGV[2] count     most tasks to lease, 1 to 1,000
  ARGV[3] lease     ms
  returns { ms now, ms the next delayed one is due or -1, how many are left ready },
          ids as a JSON array, envelopes (none for an id that stood in line without a task),
          { place in ids, returns or '', failures or '', … } of those returned before
]]
local tasks, ready, delayed, leases, returns, failures, ghosts, wake, meta = unpack(KEYS)
local known = redis.call('HMGET', meta, 'layout', 'paused')
if known[1] and known[1] ~= ARGV[1] then return redis.error_reply('LAYOUT ' .. known[1]) end

local time = redis.call('TIME')
local us = time[1] * 1000000 + time[2]
local now = math.floor(us / 1000)
if known[2] then return { { now, -1, 0 }, '[]', {}, {} } end

redis.call('ZCARD', leases) -- a key of another type is found out before anything is taken from the line
-- Nothing is delayed, has come back or was removed, mostly: then nothing need be looked up for each.
local rare = redis.call('EXISTS', delayed, returns, ghosts) > 0

-- Removals come first in every script: they free memory, and after them Redis lets a script go on
-- although `maxmemory` is reached. So a full Redis can still be drained.
local nextDue = -1
if rare then
  redis.call('LLEN', ready)
  local first = redis.call('ZRANGE', delayed, 0, 0, 'WITHSCORES')
  if first[2] and tonumber(first[2]) <= us then
    local due = redis.call('ZRANGEBYSCORE', delayed, '-inf', us, 'WITHSCORES', 'LIMIT', 0, 1000)
    local all, back, front = {}, {}, {}
    for i = #due - 1, 1, -2 do
      all[#all + 1] = due[i]
      if due[i + 1] % 2 == 1 then front[#front + 1] = due[i] end
    end
    for i = 1, #due, 2 do
      if due[i + 1] % 2 == 0 then back[#back + 1] = due[i] end
    end
    redis.call('ZREM', delayed, unpack(all))
    if #front > 0 then redis.call('LPUSH', ready, unpack(front)) end
    if #back > 0 then redis.call('RPUSH', ready, unpack(back)) end
    first = redis.call('ZRANGE', delayed, 0, 0, 'WITHSCORES')
  end
  if first[2] then nextDue = math.ceil(first[2] / 1000) end
end

local ids = redis.call('LPOP', ready, ARGV[2])
if not ids or #ids == 0 then return { { now, nextDue, 0 }, '[]', {}, {} } end

if rare and redis.call('EXISTS', ghosts) == 1 then
  local real, counts = {}, redis.call('HMGET', ghosts, unpack(ids))
  for i = 1, #ids do
    -- The same ghost may stand in this batch twice, so what decides is what is left of it now.
    local owed = counts[i] and redis.call('HINCRBY', ghosts, ids[i], -1) or -1
    if owed < 0 then real[#real + 1] = ids[i] end
    if counts[i] and owed <= 0 then redis.call('HDEL', ghosts, ids[i]) end
  end
  redis.call('HINCRBY', meta, 'ghosts', #real - #ids)
  ids = real
end

local left = redis.call('LLEN', ready)
if left > 0 and redis.call('EXISTS', wake) == 0 then redis.call('ZADD', wake, 0, '*') end
if #ids == 0 then return { { now, nextDue, left }, '[]', {}, {} } end

local envelopes = redis.call('HMGET', tasks, unpack(ids))
local back = rare and redis.call('HMGET', returns, unpack(ids)) or {}
local ends, gone, again, lease = {}, {}, {}, us + math.ceil(ARGV[3] * 1000)
for i = 1, #ids do
  if envelopes[i] then
    -- A µs later than the one before: leases that run out together are handed back in this order.
    ends[#ends + 1] = lease + i
    ends[#ends + 1] = ids[i]
  else
    gone[#gone + 1] = ids[i]
  end
  if back[i] then again[#again + 1] = i end
end
if #ends > 0 then redis.call('ZADD', leases, unpack(ends)) end
if #gone > 0 then
  redis.call('HDEL', returns, unpack(gone))
  redis.call('HDEL', failures, unpack(gone))
end

local past = {}
for k = 1, #again do
  local i = again[k]
  past[#past + 1], past[#past + 2], past[#past + 3] = i, back[i], ''
end
if #again > 0 then
  local wanted = {}
  for k = 1, #again do wanted[k] = ids[again[k]] end
  local failed = redis.call('HMGET', failures, unpack(wanted))
  for k = 1, #again do past[3 * k] = failed[k] or '' end
end
return { { now, nextDue, left }, cjson.encode(ids), envelopes, past }
