--[[ census — whether the tasks there are and the places they are in agree in number.
  Includes known.
  KEYS[1] tasks    hash  id → "<ms put> " .. envelope
  KEYS[2] ready    list  ids, next one first
  KEYS[3] urgent   zset  id → place in line, of those with a priority
  KEYS[4] delayed  zset  id → due
  KEYS[5] leases   zset  id → end of lease, µs on this server's clock
  KEYS[6] dead     zset  id → µs it died
  KEYS[7] meta     hash  layout, paused, generation, ghosts, ranked, unique, crowded, buried, front, back
  ARGV[1] layout   the version of this layout
  returns how many tasks; how many places are taken; how many leases ran out more than a minute ago, counted up to
          1,000
]]
local tasks, ready, urgent, delayed, leases, dead, meta = unpack(KEYS)
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local late = string.format('%.0f', now - 60000000)
local line = redis.call('LLEN', ready) - (haunted or 0) + redis.call('ZCARD', urgent)
return {
  redis.call('HLEN', tasks),
  line + redis.call('ZCARD', delayed) + redis.call('ZCARD', leases) + redis.call('ZCARD', dead),
  #redis.call('ZRANGEBYSCORE', leases, '-inf', late, 'LIMIT', 0, 1000),
}
