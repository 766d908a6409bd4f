--[[ handBack — return leased tasks to the queue: expired ones, or any when asked to.
  Safe from any number of processes at once. The holder's ack still counts until the next delivery.
  Call it again while it answers more: newest ends first when they go to the front, so that the oldest is next.
  Includes known, sound, line, forget, claim, aged.
  KEYS[1]  tasks       hash  id → "<ms put> " .. envelope
  KEYS[2]  ready       list  ids, next one first
  KEYS[3]  urgent      zset  id → place in line, of those with a priority
  KEYS[4]  priorities  hash  id → 1 … 9, where it is not 0
  KEYS[5]  delayed     zset  id → due, µs on this server's clock
  KEYS[6]  leases      zset  id → end of lease, µs on this server's clock
  KEYS[7]  held        hash  id → ms it was taken, of deliveries renewed at least once
  KEYS[8]  returns     hash  id → returns/generation; returns below 0: the lease ran out
  KEYS[9]  failures    hash  id → history of its failures
  KEYS[10] twins       hash  digest → id of the one that keeps its twins out
  KEYS[11] digests     hash  id → digest
  KEYS[12] wake        zset  one marker while there may be something to take
  KEYS[13] totals      hash  put, removed (without an ack), failed, returned, dead
  KEYS[14] meta        hash  layout, paused, generation, ghosts, ranked, unique, crowded, buried, front, back
  ARGV[1] layout   the version of this layout
  ARGV[2] which    'expired' or 'any'
  ARGV[3] age      ms since they were taken, at least
  ARGV[4] at       'front' or 'back'
  ARGV[5] lease    ms a lease usually lasts: tells the age of one never renewed
  ARGV[6] skip     how many of the leases to pass over: those found too young before
  ARGV[7] most     most leases to look at, 1 to 1,000
  returns how many were returned, how many were passed over, 1 when there may be more
]]
local tasks, ready, urgent, priorities, delayed, leases, held, returns, failures, twins, digests, wake, totals, meta =
  unpack(KEYS)
local time = redis.call('TIME')
local us = time[1] * 1000000 + time[2]
local now = math.floor(us / 1000)
local upto = ARGV[2] == 'expired' and us or '+inf'
local atFront, most = ARGV[4] == 'front', tonumber(ARGV[7])
local found
if atFront then
  found = redis.call('ZREVRANGEBYSCORE', leases, upto, '-inf', 'WITHSCORES', 'LIMIT', ARGV[6], most)
else
  found = redis.call('ZRANGEBYSCORE', leases, '-inf', upto, 'WITHSCORES', 'LIMIT', ARGV[6], most)
end
local ids, all = aged(found, now, tonumber(ARGV[3]), ARGV[5])

if #ids > 0 then
  redis.call('ZREM', leases, unpack(ids))
  redis.call('HDEL', held, unpack(ids))
  local marks, bumps = redis.call('HMGET', returns, unpack(ids)), {}
  for i = 1, #ids do
    local count, generation = string.match(marks[i] or '', '^-?(%d*)(.*)$')
    bumps[2 * i - 1], bumps[2 * i] = ids[i], string.format('-%d%s', (tonumber(count) or 0) + 1, generation)
  end
  redis.call('HSET', returns, unpack(bumps))
  redis.call('HINCRBY', totals, 'returned', #ids)
  local coming = {}
  for i = 1, #ids do coming[i] = ids[atFront and #ids + 1 - i or i] end
  coming = claim(coming)
  join(coming, atFront, prioritiesOf(coming))
end
-- A consumer that died between wake-up and take took the marker with it: put one back,
-- unless `maxmemory` forbids it: consumers look now and then by themselves.
local waiting = redis.call('LLEN', ready) + redis.call('ZCARD', urgent) > 0
  or #redis.call('ZRANGEBYSCORE', delayed, '-inf', us, 'LIMIT', 0, 1) > 0
if waiting and not paused then redis.pcall('ZADD', wake, 0, '*') end
return { #ids, #all - #ids, #all == most and 1 or 0 }
