--[[ stats — how many tasks are where, and what was counted since the queue exists.
  KEYS[1] ready    list  ids, next one first
  KEYS[2] delayed  zset  id → due
  KEYS[3] leases   zset  id → end of lease
  KEYS[4] dead     zset  id → µs it died
  KEYS[5] totals   hash  counters
  KEYS[6] meta     hash  layout, paused, generation, ghosts
  ARGV[1] layout   the version of this layout
  returns ready, leased, delayed, dead, 1 when paused, then of the totals: put, acked, failed, returned, dead
]]
local ready, delayed, leases, dead, totals, meta = unpack(KEYS)
local known = redis.call('HMGET', meta, 'layout', 'paused', 'ghosts')
if known[1] and known[1] ~= ARGV[1] then return redis.error_reply('LAYOUT ' .. known[1]) end

local counted = redis.call('HMGET', totals, 'put', 'acked', 'failed', 'returned', 'dead')
local answer = {
  redis.call('LLEN', ready) - (known[3] or 0),
  redis.call('ZCARD', leases),
  redis.call('ZCARD', delayed),
  redis.call('ZCARD', dead),
  known[2] and 1 or 0,
}
for i = 1, #counted do answer[#answer + 1] = tonumber(counted[i] or 0) end
return answer
