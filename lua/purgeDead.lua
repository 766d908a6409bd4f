--[[ purgeDead — forget dead letters, oldest death first.
  Call it again with the same moment while it answers 1,000.
  KEYS[1] tasks     hash  id → "<ms put> " .. envelope
  KEYS[2] returns   hash  id → returns/generation
  KEYS[3] failures  hash  id → history of its failures
  KEYS[4] dead      zset  id → µs it died
  KEYS[5] meta      hash  layout, paused, generation, ghosts
  ARGV[1] layout    the version of this layout
  ARGV[2] moment    µs: only what died by then; '' for now
  returns how many, the moment
]]
local tasks, returns, failures, dead, meta = unpack(KEYS)
local layout = redis.call('HGET', meta, 'layout')
if layout and layout ~= ARGV[1] then return redis.error_reply('LAYOUT ' .. layout) end

local moment = ARGV[2]
if moment == '' then
  local time = redis.call('TIME')
  moment = string.format('%.0f', time[1] * 1000000 + time[2])
end
local ids = redis.call('ZRANGEBYSCORE', dead, '-inf', moment, 'LIMIT', 0, 1000)
if #ids > 0 then
  redis.call('ZREM', dead, unpack(ids))
  redis.call('HDEL', tasks, unpack(ids))
  redis.call('HDEL', returns, unpack(ids))
  redis.call('HDEL', failures, unpack(ids))
end
return { #ids, moment }
