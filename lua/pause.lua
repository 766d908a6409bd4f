--[[ pause — stop deliveries to every consumer, or let them go on.
  Includes known.
  KEYS[1] wake    zset  one marker while there may be something to take
  KEYS[2] meta    hash  layout, paused, generation, ghosts, ranked, unique, crowded, buried, front, back
  ARGV[1] layout  the version of this layout
  ARGV[2] paused  1: stop, 0: go on
  returns 1 when that changed anything, else 0
]]
local wake, meta = unpack(KEYS)
if ARGV[2] == '1' then
  redis.call('DEL', wake)
  return redis.call('HSET', meta, 'layout', ARGV[1], 'paused', 1) - (layout and 0 or 1)
end
local was = redis.call('HDEL', meta, 'paused')
if was == 1 then redis.call('ZADD', wake, 0, '*') end
return was
