--[[ replay — put dead letters back in line, their failures forgotten, in the order they died.
  What died of its age is from now on as young as if it had just been put.
  Idempotent: an id that is not dead is left alone. Call it again with the same moment while it answers 1,000.
  Includes known, sound, line, forget, claim, carry.
  KEYS[1]  tasks        hash  id → "<ms put> " .. envelope
  KEYS[2]  ready        list  ids, next one first
  KEYS[3]  urgent       zset  id → place in line, of those with a priority
  KEYS[4]  priorities   hash  id → 1 … 9, where it is not 0
  KEYS[5]  returns      hash  id → returns/generation
  KEYS[6]  failures     hash  id → history of its failures
  KEYS[7]  dead         zset  id → µs it died
  KEYS[8]  deadReturns  hash  id → returns/generation, of the dead
  KEYS[9]  twins        hash  digest → id of the one that keeps its twins out
  KEYS[10] digests      hash  id → digest
  KEYS[11] wake         zset  one marker while there may be something to take
  KEYS[12] totals       hash  put, removed (without an ack), failed, returned, dead
  KEYS[13] meta         hash  layout, paused, generation, ghosts, ranked, unique, crowded, buried, front, back
  ARGV[1] layout    the version of this layout
  ARGV[2] moment    µs: only what died by then; '' for all that is dead now
  ARGV[3…] ids, at most 1,000; none for all
  returns how many, the moment
]]
local tasks, ready, urgent, priorities, returns, failures, dead, deadReturns, twins, digests, wake, totals, meta =
  unpack(KEYS)
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
local time, past, fresh = redis.call('TIME'), redis.call('HMGET', failures, unpack(ids)), {}
for i = 1, #ids do
  if string.match(past[i] or '', '^%d+ %d+ too%-old ') then
    fresh[#fresh + 1] = ids[i]
    fresh[#fresh + 1] = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
      .. redis.call('HGET', tasks, ids[i]):match('^%d+(.*)$')
  end
end
if #fresh > 0 then redis.call('HSET', tasks, unpack(fresh)) end
redis.call('HDEL', failures, unpack(ids))
carry(deadReturns, returns, ids)
local coming = claim(ids)
join(coming, false, prioritiesOf(coming))
if not paused then redis.call('ZADD', wake, 0, '*') end
return { #ids, moment }
