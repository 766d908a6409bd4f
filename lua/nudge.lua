--[[ nudge — wake one idle consumer, if there is something to take or to wait for; and who waits for room, to look.
  KEYS[1] ready    list  ids, next one first
  KEYS[2] urgent   zset  id → place in line, of those with a priority
  KEYS[3] delayed  zset  id → due
  KEYS[4] wake     zset  one marker while there may be something to take
  KEYS[5] room     zset  one marker while there may be room; those who wait take it
  KEYS[6] meta     hash  layout, paused, generation, ghosts, ranked, unique, crowded, buried, front, back
  returns 1 when there was, else 0
]]
local ready, urgent, delayed, wake, room, meta = unpack(KEYS)
local paused, crowded = unpack(redis.call('HMGET', meta, 'paused', 'crowded'))
if crowded then redis.pcall('ZADD', room, 0, '*') end
-- A wake-up may have been about a task that is due earlier than any before: only a look tells when.
local waiting = redis.call('LLEN', ready) + redis.call('ZCARD', urgent) + redis.call('ZCARD', delayed)
if waiting == 0 or paused then return 0 end
-- It may fail when `maxmemory` is reached: consumers look now and then by themselves.
redis.pcall('ZADD', wake, 0, '*')
return 1
