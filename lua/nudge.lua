--[[ nudge — wake one idle consumer, if there is something to take or to wait for.
  KEYS[1] ready    list  ids, next one first
  KEYS[2] delayed  zset  id → due
  KEYS[3] wake     zset  one marker while there may be something to take
  KEYS[4] meta     hash  layout, paused, generation, ghosts
  returns 1 when there was, else 0
]]
local ready, delayed, wake, meta = unpack(KEYS)
-- A wake-up may have been about a task that is due earlier than any before: only a look tells when.
local waiting = redis.call('LLEN', ready) + redis.call('ZCARD', delayed)
if waiting == 0 or redis.call('HEXISTS', meta, 'paused') == 1 then return 0 end
-- It may fail when `maxmemory` is reached: consumers look now and then by themselves.
redis.pcall('ZADD', wake, 0, '*')
return 1
