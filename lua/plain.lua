--[[ plain — settle acks of first deliveries and take what has never come back, as settle and take would, where nothing
  is out of the ordinary: the queue is not paused, nothing is due or was removed from the line, and there are no
  priorities, no twins, and nobody who waits for room. Anywhere else it does nothing: settle and take can do it all,
  and for that need twice the keys and commands.
  KEYS[1] tasks    hash  id → "<ms put> " .. envelope
  KEYS[2] ready    list  ids, next one first
  KEYS[3] delayed  zset  id → due, µs on this server's clock (odd: joins the front)
  KEYS[4] leases   zset  id → end of lease, µs on this server's clock
  KEYS[5] held     hash  id → ms it was taken, of deliveries renewed at least once
  KEYS[6] returns  hash  id → returns/generation
  KEYS[7] wake     zset  one marker while there may be something to take
  KEYS[8] meta     hash  layout, paused, generation, ghosts, ranked, unique, crowded, buried, front, back
  ARGV[1] layout   the version of this layout
  ARGV[2] again    1: an earlier attempt at this may have taken effect unheard, which is out of the ordinary
  ARGV[3] acks     a JSON array of ids, one at least
  ARGV[4] count    most tasks to lease, 1 to 1,000
  ARGV[5] lease    ms
  returns nothing when it did nothing, else what settle and what take return
]]
local tasks, ready, delayed, leases, held, returns, wake, meta = unpack(KEYS)
local known = redis.call('HMGET', meta, 'layout', 'paused', 'ranked', 'unique', 'crowded', 'ghosts', 'buried')
if known[1] ~= ARGV[1] or known[2] or known[3] or known[4] or known[5] then return false end
if ARGV[2] == '1' or known[6] and known[6] ~= '0' then return false end

local time = redis.call('TIME')
local us = time[1] * 1000000 + time[2]
local nextDue, rare = -1, redis.call('EXISTS', delayed, returns, held) > 0
local acks = cjson.decode(ARGV[3])
if rare then
  local due = redis.call('ZRANGE', delayed, 0, 0, 'WITHSCORES')[2]
  if due and tonumber(due) <= us then return false end
  if due then nextDue = math.ceil(due / 1000) end
  -- Some have come back, but perhaps none of these.
  if redis.call('EXISTS', returns) == 1 then
    local next = redis.call('LRANGE', ready, 0, ARGV[4] - 1)
    local marks = redis.call('HMGET', returns, unpack(acks))
    local others = #next > 0 and redis.call('HMGET', returns, unpack(next)) or {}
    for i = 1, #acks do if marks[i] then return false end end
    for i = 1, #next do if others[i] then return false end end
  end
end
-- Some have died: one of these, if it is not leased.
if known[7] then
  local leased = redis.call('ZMSCORE', leases, unpack(acks))
  for i = 1, #acks do if not leased[i] then return false end end
end

-- None of these has ever come back: it is either leased by its only delivery or gone.
local settled = redis.call('ZREM', leases, unpack(acks))
if rare then redis.call('HDEL', held, unpack(acks)) end
if settled == #acks then
  redis.call('HDEL', tasks, unpack(acks))
else
  settled = {}
  for i = 1, #acks do settled[i] = redis.call('HDEL', tasks, acks[i]) end
end

local now = math.floor(us / 1000)
local ids = redis.call('LPOP', ready, ARGV[4])
if not ids then return { settled, { { now, nextDue, 0 }, '[]', {}, {}, {} } } end
local left = redis.call('LLEN', ready)
if left > 0 and redis.call('EXISTS', wake) == 0 then redis.call('ZADD', wake, 0, '*') end

local envelopes, ends, lease = redis.call('HMGET', tasks, unpack(ids)), {}, us + math.ceil(ARGV[5] * 1000)
for i = 1, #ids do
  if envelopes[i] then
    -- A µs later than the one before: leases that run out together are handed back in this order.
    ends[#ends + 1] = lease + i
    ends[#ends + 1] = ids[i]
  end
end
if #ends > 0 then redis.call('ZADD', leases, unpack(ends)) end
return { settled, { { now, nextDue, left }, cjson.encode(ids), envelopes, {}, {} } }
