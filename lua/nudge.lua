--[[ nudge — wake one idle consumer, if there is something to take.
  KEYS[1] ready  list  ids, next one first
  KEYS[2] wake   zset  one marker while there may be something to take
  KEYS[3] meta   hash  layout, paused, generation, ghosts
  returns 1 when there was, else 0
]]
local ready, wake, meta = unpack(KEYS)
if redis.call('LLEN', ready) == 0 or redis.call('HEXISTS', meta, 'paused') == 1 then return 0 end
-- It may fail when `maxmemory` is reached: consumers look now and then by themselves.
redis.pcall('ZADD', wake, 0, '*')
return 1
