--[[ purgeDead — forget dead letters, oldest death first.
  Call it again with the same moment while it answers 1,000.
  KEYS[1] tasks     hash  id → "<ms put> " .. envelope
  KEYS[2] returns   hash  id → returns/generation
  KEYS[3] failures  hash  id → history of its failures
  KEYS[4] dead      zset  id → µs it died
  KEYS[5] totals    hash  put, removed (without an ack), failed, returned, dead
  KEYS[6] meta      hash  layout, paused, generation, ghosts
  ARGV[1] layout    the version of this layout
  ARGV[2] moment    µs: only what died by then; '' for all that is dead now
  returns how many, the moment
]]
local tasks, returns, failures, dead, totals, meta = unpack(KEYS)
local layout = redis.call('HGET', meta, 'layout')
if layout and layout ~= ARGV[1] then return redis.error_reply('LAYOUT ' .. layout) end

local moment = ARGV[2]
-- Not the clock's: those that died in one step did so at steps of a µs, the last of them after now.
if moment == '' then moment = redis.call('ZRANGE', dead, -1, -1, 'WITHSCORES')[2] or '0' end
local ids = redis.call('ZRANGEBYSCORE', dead, '-inf', moment, 'LIMIT', 0, 1000)
if #ids > 0 then
  redis.call('ZREM', dead, unpack(ids))
  redis.call('HINCRBY', totals, 'removed', redis.call('HDEL', tasks, unpack(ids)))
  redis.call('HDEL', returns, unpack(ids))
  redis.call('HDEL', failures, unpack(ids))
end
return { #ids, moment }
