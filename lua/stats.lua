--[[ stats — how many tasks are where, and what was counted since the queue exists.
  KEYS[1] tasks    hash  id → "<ms put> " .. envelope
  KEYS[2] ready    list  ids, next one first
  KEYS[3] delayed  zset  id → due
  KEYS[4] leases   zset  id → end of lease
  KEYS[5] dead     zset  id → µs it died
  KEYS[6] totals   hash  put, removed (without an ack), failed, returned, dead
  KEYS[7] meta     hash  layout, paused, generation, ghosts
  ARGV[1] layout   the version of this layout
  returns ready, leased, delayed, dead, 1 when paused, then what was counted: put, acked, failed, returned, dead
]]
local tasks, ready, delayed, leases, dead, totals, meta = unpack(KEYS)
local known = redis.call('HMGET', meta, 'layout', 'paused', 'ghosts')
if known[1] and known[1] ~= ARGV[1] then return redis.error_reply('LAYOUT ' .. known[1]) end

local counted = redis.call('HMGET', totals, 'put', 'removed', 'failed', 'returned', 'dead')
for i = 1, #counted do counted[i] = tonumber(counted[i] or 0) end
-- What was put, is not there and was not removed, was acked: nobody need count that, task by task.
counted[2] = counted[1] - counted[2] - redis.call('HLEN', tasks)
local answer = {
  redis.call('LLEN', ready) - (known[3] or 0),
  redis.call('ZCARD', leases),
  redis.call('ZCARD', delayed),
  redis.call('ZCARD', dead),
  known[2] and 1 or 0,
}
for i = 1, #counted do answer[#answer + 1] = counted[i] end
return answer
