--[[ replay — put dead letters back in line, their failures forgotten, in the order they died.
  Idempotent: an id that is not dead is left alone. Call it again with the same moment while it answers 1,000.
  KEYS[1] ready     list  ids, next one first
  KEYS[2] failures  hash  id → history of its failures
  KEYS[3] dead      zset  id → µs it died
  KEYS[4] wake      zset  one marker while there may be something to take
  KEYS[5] meta      hash  layout, paused, generation, ghosts
  ARGV[1] layout    the version of this layout
  ARGV[2] moment    µs: only what died by then; '' for all that is dead now
  ARGV[3…] ids, at most 1,000; none for all
  returns how many, the moment
]]
local ready, failures, dead, wake, meta = unpack(KEYS)
local known = redis.call('HMGET', meta, 'layout', 'paused')
if known[1] and known[1] ~= ARGV[1] then return redis.error_reply('LAYOUT ' .. known[1]) end

local moment = ARGV[2]
-- Not the clock's: those that died in one step did so at steps of a µs, the last of them after now.
if moment == '' then moment = redis.call('ZRANGE', dead, -1, -1, 'WITHSCORES')[2] or '0' end
local ids = {}
if #ARGV == 2 then
  ids = redis.call('ZRANGEBYSCORE', dead, '-inf', moment, 'LIMIT', 0, 1000)
else
  local seen, died = {}, redis.call('ZMSCORE', dead, unpack(ARGV, 3))
  for i = 1, #died do
    local id = ARGV[i + 2]
    if died[i] and not seen[id] then
      ids[#ids + 1], seen[id] = id, true
    end
  end
end
if #ids == 0 then return { 0, moment } end

redis.call('ZREM', dead, unpack(ids))
redis.call('HDEL', failures, unpack(ids))
redis.call('RPUSH', ready, unpack(ids))
if not known[2] then redis.call('ZADD', wake, 0, '*') end
return { #ids, moment }
