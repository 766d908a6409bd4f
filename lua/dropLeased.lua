--[[ dropLeased — forget leased tasks. Whoever holds one will find its settlement too late.
  Call it again while it answers more.
  Includes known, sound, forget, aged.
  KEYS[1]  tasks       hash  id → "<ms put> " .. envelope
  KEYS[2]  priorities  hash  id → 1 … 9, where it is not 0
  KEYS[3]  leases      zset  id → end of lease, µs on this server's clock
  KEYS[4]  held        hash  id → ms it was taken, of deliveries renewed at least once
  KEYS[5]  returns     hash  id → returns/generation
  KEYS[6]  failures    hash  id → history of its failures
  KEYS[7]  twins       hash  digest → id of the one that keeps its twins out
  KEYS[8]  digests     hash  id → digest
  KEYS[9]  totals      hash  put, removed (without an ack), failed, returned, dead
  KEYS[10] meta        hash  layout, paused, generation, ghosts, ranked, unique, crowded, buried, front, back
  ARGV[1] layout   the version of this layout
  ARGV[2] age      ms since they were taken, at least
  ARGV[3] lease    ms a lease usually lasts: tells the age of one never renewed
  ARGV[4] skip     how many of the leases to pass over: those found too young before
  ARGV[5] most     most leases to look at, 1 to 1,000
  returns how many were forgotten, how many were passed over, 1 when there may be more
]]
local tasks, priorities, leases, held, returns, failures, twins, digests, totals, meta = unpack(KEYS)
local time = redis.call('TIME')
local now = math.floor((time[1] * 1000000 + time[2]) / 1000)
local found = redis.call('ZRANGEBYSCORE', leases, '-inf', '+inf', 'WITHSCORES', 'LIMIT', ARGV[4], ARGV[5])
local ids, all = aged(found, now, tonumber(ARGV[2]), ARGV[3])
if #ids > 0 then
  redis.call('ZREM', leases, unpack(ids))
  redis.call('HDEL', held, unpack(ids))
  remove(ids)
end
return { #ids, #all - #ids, #all == tonumber(ARGV[5]) and 1 or 0 }
