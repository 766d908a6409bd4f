--[[ matching — which of the waiting tasks have a payload; from the last to be delivered to the next one.
  Call it again, further on, while it answers that there are more. What is put or taken meanwhile moves none of
  those that were not looked at out of sight.
  Includes known.
  KEYS[1] tasks    hash  id → "<ms put> " .. envelope
  KEYS[2] ready    list  ids, next one first
  KEYS[3] urgent   zset  id → place in line, of those with a priority
  KEYS[4] delayed  zset  id → due
  KEYS[5] meta     hash  layout, paused, generation, ghosts, ranked, unique, crowded, front, back
  ARGV[1] layout   the version of this layout
  ARGV[2] place    which of them: 'delayed', 'ready' or 'urgent'
  ARGV[3] skip     how many to pass over
  ARGV[4] most     most to look at, 1 to 1,000
  ARGV[5] payload  as it is stored
  returns the ids of those that have it, how many were looked at
]]
local tasks, ready, urgent, delayed, meta = unpack(KEYS)
local skip, most, payload = tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5]
local ids = {}
if ARGV[2] == 'ready' then
  local page = redis.call('LRANGE', ready, -skip - most, -skip - 1)
  for i = #page, 1, -1 do ids[#ids + 1] = page[i] end
else
  ids = redis.call('ZREVRANGE', ARGV[2] == 'urgent' and urgent or delayed, skip, skip + most - 1)
end
local found, seen = {}, {}
if #ids > 0 then
  local envelopes = redis.call('HMGET', tasks, unpack(ids))
  for i = 1, #ids do
    local envelope = envelopes[i]
    -- Behind the head, which is one line.
    local from = envelope and #envelope > #payload and #envelope - #payload
    if from and envelope:byte(from) == 10 and not envelope:sub(1, from - 1):find('\n', 1, true)
      and envelope:sub(from + 1) == payload and not seen[ids[i]] then
      found[#found + 1], seen[ids[i]] = ids[i], true
    end
  end
end
return { found, #ids }
