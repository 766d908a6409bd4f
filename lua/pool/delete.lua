--[[ delete — forget members, held or not. Whoever holds one will find its settlement too late.
  KEYS[1] members  hash  id → "<ms added> " .. envelope
  KEYS[2] due      zset  id → due, of members nobody holds
  KEYS[3] leases   zset  id → end of lease
  KEYS[4] rounds   hash  id → what happened since its last ack
  KEYS[5] meta     hash  layout, generation
  ARGV[1] layout   the version of this layout
  ARGV[2…] ids     at most 1,000
  returns how many were members
]]
local members, due, leases, rounds, meta = unpack(KEYS)
local layout = redis.call('HGET', meta, 'layout')
if layout and layout ~= ARGV[1] then return redis.error_reply('LAYOUT ' .. layout) end

local ids = { unpack(ARGV, 2) }
-- A key of another type is found out before anything is removed.
redis.call('HLEN', members)
redis.call('HLEN', rounds)
redis.call('ZREM', due, unpack(ids))
redis.call('ZREM', leases, unpack(ids))
redis.call('HDEL', rounds, unpack(ids))
return redis.call('HDEL', members, unpack(ids))
