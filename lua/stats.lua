--[[ stats — how many tasks are where, and what was counted since the queue exists.
  Includes known.
  KEYS[1] tasks    hash  id → "<ms put> " .. envelope
  KEYS[2] ready    list  ids, next one first
  KEYS[3] urgent   zset  id → place in line, of those with a priority
  KEYS[4] delayed  zset  id → due
  KEYS[5] leases   zset  id → end of lease
  KEYS[6] dead     zset  id → µs it died
  KEYS[7] totals   hash  put, removed (without an ack), failed, returned, dead
  KEYS[8] meta     hash  layout, paused, generation, ghosts, ranked, unique, crowded, buried, front, back
  ARGV[1] layout   the version of this layout
  returns ready, leased, delayed, dead, 1 when paused, then what was counted: put, acked, failed, returned, dead
]]
local tasks, ready, urgent, delayed, leases, dead, totals, meta = unpack(KEYS)
local counted = redis.call('HMGET', totals, 'put', 'removed', 'failed', 'returned', 'dead')
for i = 1, #counted do counted[i] = tonumber(counted[i] or 0) end
-- What was put, is not there and was not removed, was acked: nobody need count that, task by task.
counted[2] = counted[1] - counted[2] - redis.call('HLEN', tasks)
local answer = {
  redis.call('LLEN', ready) - (haunted or 0) + redis.call('ZCARD', urgent),
  redis.call('ZCARD', leases),
  redis.call('ZCARD', delayed),
  redis.call('ZCARD', dead),
  paused and 1 or 0,
}
for i = 1, #counted do answer[#answer + 1] = counted[i] end
return answer
