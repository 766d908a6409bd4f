--[[ nudge — wake one idle consumer, if there is a member to take or to wait for.
  KEYS[1] due     zset  id → due, of members nobody holds
  KEYS[2] leases  zset  id → end of lease
  KEYS[3] wake    zset  one marker while there may be something to take
  returns 1 when there was, else 0
]]
local due, leases, wake = unpack(KEYS)
if redis.call('ZCARD', due) + redis.call('ZCARD', leases) == 0 then return 0 end
-- It may fail when `maxmemory` is reached: consumers look now and then by themselves.
redis.pcall('ZADD', wake, 0, '*')
return 1
