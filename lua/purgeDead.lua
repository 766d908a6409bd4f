--[[ purgeDead — forget dead letters, oldest death first.
  Call it again with the same moment while it answers 1,000.
  Includes known, sound, forget.
  KEYS[1]  tasks        hash  id → "<ms put> " .. envelope
  KEYS[2]  priorities   hash  id → 1 … 9, where it is not 0
  KEYS[3]  returns      hash  id → returns/generation
  KEYS[4]  failures     hash  id → history of its failures
  KEYS[5]  dead         zset  id → µs it died
  KEYS[6]  deadReturns  hash  id → returns/generation, of the dead
  KEYS[7]  twins        hash  digest → id of the one that keeps its twins out
  KEYS[8]  digests      hash  id → digest
  KEYS[9]  totals       hash  put, removed (without an ack), failed, returned, dead
  KEYS[10] meta         hash  layout, paused, generation, ghosts, ranked, unique, crowded, buried, front, back
  ARGV[1] layout    the version of this layout
  ARGV[2] moment    µs: only what died by then; '' for all that is dead now
  returns how many, the moment
]]
local tasks, priorities, returns, failures, dead, deadReturns, twins, digests, totals, meta = unpack(KEYS)
local moment = ARGV[2]
-- Not the clock's: those that died in one step did so at steps of a µs, the last of them after now.
if moment == '' then moment = redis.call('ZRANGE', dead, -1, -1, 'WITHSCORES')[2] or '0' end
local ids = redis.call('ZRANGEBYSCORE', dead, '-inf', moment, 'LIMIT', 0, 1000)
if #ids > 0 then
  redis.call('ZREM', dead, unpack(ids))
  redis.call('HDEL', deadReturns, unpack(ids))
  remove(ids)
end
return { #ids, moment }
