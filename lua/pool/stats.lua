--[[ stats — how many members there are, and how many of them are due or held.
  KEYS[1] members  hash  id → "<ms added> " .. envelope
  KEYS[2] due      zset  id → due, µs on this server's clock, of members nobody holds
  KEYS[3] leases   zset  id → end of lease, µs on this server's clock
  KEYS[4] meta     hash  layout, generation
  ARGV[1] layout   the version of this layout
  returns how many members, how many due (those whose lease ran out included), how many leased
]]
local members, due, leases, meta = unpack(KEYS)
local layout = redis.call('HGET', meta, 'layout')
if layout and layout ~= ARGV[1] then return redis.error_reply('LAYOUT ' .. layout) end

local time = redis.call('TIME')
local us = time[1] * 1000000 + time[2]
local lapsed = redis.call('ZCOUNT', leases, '-inf', us)
return {
  redis.call('HLEN', members),
  redis.call('ZCOUNT', due, '-inf', us) + lapsed,
  redis.call('ZCARD', leases) - lapsed,
}
