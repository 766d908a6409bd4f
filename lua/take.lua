--[[ take — lease the next tasks to whoever asks; promote delayed ones that are due, bury those that are too old.
  Each take is a new delivery; a take whose reply is lost costs its tasks one lease.
  Includes known, line, forget, carry.
  KEYS[1]  tasks        hash  id → "<ms put> " .. envelope
  KEYS[2]  ready        list  ids, next one first
  KEYS[3]  urgent       zset  id → place in line, of those with a priority
  KEYS[4]  priorities   hash  id → 1 … 9, where it is not 0
  KEYS[5]  delayed      zset  id → due, µs on this server's clock (odd: joins the front)
  KEYS[6]  leases       zset  id → end of lease, µs on this server's clock
  KEYS[7]  returns      hash  id → returns/generation
  KEYS[8]  failures     hash  id → "<count> <ms of the first> <why dead or -> <last reason>"
  KEYS[9]  dead         zset  id → µs it died
  KEYS[10] deadReturns  hash  id → returns/generation, of the dead
  KEYS[11] ghosts       hash  id → how many of its entries in ready stand for nothing any more
  KEYS[12] twins        hash  digest → id of the one that keeps its twins out
  KEYS[13] digests      hash  id → digest
  KEYS[14] wake         zset  one marker while there may be something to take
  KEYS[15] room         zset  one marker while there may be room; those who wait take it
  KEYS[16] totals       hash  put, removed (without an ack), failed, returned, dead
  KEYS[17] meta         hash  layout, paused, generation, ghosts, ranked, unique, crowded, buried, front, back
  ARGV[1] layout    the version of this layout
  ARGV[2] count     most tasks to lease, 1 to 1,000
  ARGV[3] lease     ms
  ARGV[4] age       ms since it was put: a task older than that is dead; '' for none
  returns { ms now, ms the next delayed one is due or -1, how many are left ready },
          ids as a JSON array, envelopes (none for an id that stood in line without a task),
          { place in ids, returns or '', failures or '', … } of those returned before, ids of those too old
]]
local tasks, ready, urgent, priorities, delayed, leases, returns, failures, dead, deadReturns, ghosts, twins, digests, wake, room, totals, meta =
  unpack(KEYS)
local time = redis.call('TIME')
local us = time[1] * 1000000 + time[2]
local now = math.floor(us / 1000)
if paused then return { { now, -1, 0 }, '[]', {}, {}, {} } end

-- A key of another type is found out before anything is taken from the line.
redis.call('ZCARD', leases)
if ARGV[4] ~= '' then
  redis.call('HLEN', failures)
  redis.call('ZCARD', dead)
  redis.call('HLEN', deadReturns)
end
-- Nothing is delayed or has come back, mostly: then nothing need be looked up for each.
local rare = redis.call('EXISTS', delayed, returns) > 0

-- Removals come first in every script: they free memory, and after them Redis lets a script go on
-- although `maxmemory` is reached. So a full Redis can still be drained.
local nextDue = -1
if rare then
  redis.call('LLEN', ready)
  local first = redis.call('ZRANGE', delayed, 0, 0, 'WITHSCORES')
  if first[2] and tonumber(first[2]) <= us then
    local due = redis.call('ZRANGEBYSCORE', delayed, '-inf', us, 'WITHSCORES', 'LIMIT', 0, 1000)
    local all, back, front = {}, {}, {}
    for i = 1, #due, 2 do
      all[#all + 1] = due[i]
      local list = due[i + 1] % 2 == 1 and front or back
      list[#list + 1] = due[i]
    end
    redis.call('ZREM', delayed, unpack(all))
    join(front, true, prioritiesOf(front))
    join(back, false, prioritiesOf(back))
    first = redis.call('ZRANGE', delayed, 0, 0, 'WITHSCORES')
  end
  if first[2] then nextDue = math.ceil(first[2] / 1000) end
end

-- The next ones in line, less the ghosts among them; and how many places in line that were.
local function pop(count)
  local ids = {}
  if ranked then
    local first = redis.call('ZPOPMIN', urgent, count)
    for i = 1, #first, 2 do ids[#ids + 1] = first[i] end
    if #ids == count then return ids, count end
  end
  local listed = redis.call('LPOP', ready, count - #ids) or {}
  local places = #ids + #listed
  if #listed == 0 or not haunted or haunted == '0' then
    if #ids == 0 then return listed, places end
    for i = 1, #listed do ids[#ids + 1] = listed[i] end
    return ids, places
  end
  local counts, real = redis.call('HMGET', ghosts, unpack(listed)), 0
  for i = 1, #listed do
    -- The same ghost may stand in this batch twice, so what decides is what is left of it now.
    local owed = counts[i] and redis.call('HINCRBY', ghosts, listed[i], -1) or -1
    if owed < 0 then real, ids[#ids + 1] = real + 1, listed[i] end
    if counts[i] and owed <= 0 then redis.call('HDEL', ghosts, listed[i]) end
  end
  if real < #listed then redis.call('HINCRBY', meta, 'ghosts', real - #listed) end
  return ids, places
end

local count, age = tonumber(ARGV[2]), tonumber(ARGV[4])
local ids, envelopes, old, passed = {}, {}, {}, 0
repeat
  local popped, places = pop(count)
  passed = passed + places
  local found = #popped > 0 and redis.call('HMGET', tasks, unpack(popped)) or {}
  if not age then
    ids, envelopes = popped, found
  else
    for i = 1, #popped do
      if found[i] and now - (found[i]:match('^%d+') or now) > age then
        old[#old + 1] = popped[i]
      else
        ids[#ids + 1], envelopes[#envelopes + 1] = popped[i], found[i]
      end
    end
  end
  -- On, while all there was is gone or dead: whoever asked for a task is not to ask for each of these.
until #ids > 0 or places < count or passed + count > 250

if #old > 0 then
  local past, notes, died = redis.call('HMGET', failures, unpack(old)), {}, {}
  -- After those that died of what was settled in the same step.
  local last = math.max(us, redis.call('ZRANGE', dead, -1, -1, 'WITHSCORES')[2] or 0)
  for i = 1, #old do
    local history = string.match(past[i] or '', '^%d+ %d+') or '0 0'
    notes[2 * i - 1], notes[2 * i] = old[i], history .. ' too-old older than ' .. ARGV[4] .. ' ms'
    died[2 * i - 1], died[2 * i] = last + i, old[i]
  end
  redis.call('HSET', failures, unpack(notes))
  redis.call('ZADD', dead, unpack(died))
  carry(returns, deadReturns, old)
  redis.call('HINCRBY', totals, 'dead', #old)
  redis.call('HSET', meta, 'buried', 1)
  if unique then free(old) end
end

local left = redis.call('LLEN', ready) + (ranked and redis.call('ZCARD', urgent) or 0)
if left > 0 and redis.call('EXISTS', wake) == 0 then redis.call('ZADD', wake, 0, '*') end
if crowded and passed > 0 then redis.call('ZADD', room, 0, '*') end
if #ids == 0 then return { { now, nextDue, left }, '[]', {}, {}, old } end

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
forget(gone)
if unique == 'leased' then free(ids) end

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
return { { now, nextDue, left }, cjson.encode(ids), envelopes, past, old }
