--[[ remove — forget a task wherever it is. Whoever holds it will find its settlement too late.
  KEYS[1] tasks     hash  id → "<ms put> " .. envelope
  KEYS[2] delayed   zset  id → due
  KEYS[3] leases    zset  id → end of lease
  KEYS[4] held      hash  id → ms it was taken, of deliveries renewed at least once
  KEYS[5] returns   hash  id → returns/generation
  KEYS[6] failures  hash  id → history of its failures
  KEYS[7] dead      zset  id → µs it died
  KEYS[8] ghosts    hash  id → how many of its entries in ready stand for nothing any more
  KEYS[9] totals    hash  put, removed (without an ack), failed, returned, dead
  KEYS[10] meta     hash  layout, paused, generation, ghosts
  ARGV[1] layout    the version of this layout
  ARGV[2] id
  returns 1 when it was there, else 0
]]
local tasks, delayed, leases, held, returns, failures, dead, ghosts, totals, meta = unpack(KEYS)
local layout = redis.call('HGET', meta, 'layout')
if layout and layout ~= ARGV[1] then return redis.error_reply('LAYOUT ' .. layout) end

local id = ARGV[2]
if redis.call('HDEL', tasks, id) == 0 then return 0 end
redis.call('HINCRBY', totals, 'removed', 1)
local elsewhere = redis.call('ZREM', delayed, id) + redis.call('ZREM', leases, id) + redis.call('ZREM', dead, id)
redis.call('HDEL', held, id)
redis.call('HDEL', returns, id)
redis.call('HDEL', failures, id)
-- Taking it out of the middle of the list would cost as much as the list is long: take skips it instead.
if elsewhere == 0 then
  redis.call('HINCRBY', ghosts, id, 1)
  redis.call('HINCRBY', meta, 'ghosts', 1)
end
return 1
