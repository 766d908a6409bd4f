--[[ matching — which of the waiting tasks have a payload; from the last to be delivered to the next one.
  Call it again, further on, while it looks at as many as it may. What is put or taken meanwhile moves none of
  those that were not looked at out of sight.
  Includes known, bears.
  KEYS[1] tasks    hash  id → "<ms put> " .. envelope
  KEYS[2] ready    list  ids, next one first
  KEYS[3] urgent   zset  id → place in line, of those with a priority
  KEYS[4] delayed  zset  id → due
  KEYS[5] leases   zset  id → end of lease
  KEYS[6] dead     zset  id → µs it died
  KEYS[7] meta     hash  layout, paused, generation, ghosts, ranked, unique, crowded, buried, front, back
  ARGV[1] layout   the version of this layout
  ARGV[2] place    which of them: 'delayed', 'ready' or 'urgent'
  ARGV[3] skip     how many to pass over
  ARGV[4] most     most to look at, 1 to 1,000
  ARGV[5] payload  as it is stored
  returns the ids of those that have it, how many were looked at
]]
local tasks, ready, urgent, delayed, leases, dead, meta = unpack(KEYS)
local skip, most, payload = tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5]
local ids = {}
if ARGV[2] == 'ready' then
  local page = redis.call('LRANGE', ready, -skip - most, -skip - 1)
  for i = #page, 1, -1 do ids[#ids + 1] = page[i] end
else
  ids = redis.call('ZREVRANGE', ARGV[2] == 'urgent' and urgent or delayed, skip, skip + most - 1)
end
if #ids == 0 then return { {}, 0 } end

-- A ghost may have the id of a task that is elsewhere by now.
local ghostly = ARGV[2] == 'ready' and haunted
local leased = ghostly and redis.call('ZMSCORE', leases, unpack(ids)) or {}
local died = ghostly and redis.call('ZMSCORE', dead, unpack(ids)) or {}
local envelopes, found = redis.call('HMGET', tasks, unpack(ids)), {}
for i = 1, #ids do
  if envelopes[i] and bears(envelopes[i], payload) and not leased[i] and not died[i] then found[#found + 1] = ids[i] end
end
return { found, #ids }
