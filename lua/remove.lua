--[[ remove — forget tasks wherever they are, or those that wait and have a payload. Whoever holds one will find its
  settlement too late.
  Includes known, sound, forget, bears.
  KEYS[1]  tasks        hash  id → "<ms put> " .. envelope
  KEYS[2]  urgent       zset  id → place in line, of those with a priority
  KEYS[3]  priorities   hash  id → 1 … 9, where it is not 0
  KEYS[4]  delayed      zset  id → due
  KEYS[5]  leases       zset  id → end of lease
  KEYS[6]  held         hash  id → ms it was taken, of deliveries renewed at least once
  KEYS[7]  returns      hash  id → returns/generation
  KEYS[8]  failures     hash  id → history of its failures
  KEYS[9]  dead         zset  id → µs it died
  KEYS[10] deadReturns  hash  id → returns/generation, of the dead
  KEYS[11] ghosts       hash  id → how many of its entries in ready stand for nothing any more
  KEYS[12] twins        hash  digest → id of the one that keeps its twins out
  KEYS[13] digests      hash  id → digest
  KEYS[14] room         zset  one marker while there may be room; those who wait take it
  KEYS[15] totals       hash  put, removed (without an ack), failed, returned, dead
  KEYS[16] meta         hash  layout, paused, generation, ghosts, ranked, unique, crowded, buried, front, back
  ARGV[1] layout    the version of this layout
  ARGV[2] which     'any', or only 'matching' ones: that wait and have the payload
  ARGV[3] payload   as it is stored
  ARGV[4…] ids, at most 1,000
  returns how many were there
]]
local tasks, urgent, priorities, delayed, leases, held, returns, failures, dead, deadReturns, ghosts, twins, digests, room, totals, meta =
  unpack(KEYS)
local gone, waited, laid, any = {}, 0, 0, ARGV[2] == 'any'
for i = 4, #ARGV do
  local id = ARGV[i]
  local elsewhere = redis.call('ZSCORE', leases, id) or redis.call('ZSCORE', dead, id)
  local envelope = not gone[id] and redis.call('HGET', tasks, id)
  if envelope and (any or not elsewhere and bears(envelope, ARGV[3])) then
    gone[#gone + 1], gone[id] = id, true
    if elsewhere then
      redis.call('ZREM', leases, id)
      redis.call('ZREM', dead, id)
      redis.call('HDEL', deadReturns, id)
      redis.call('HDEL', held, id)
    else
      waited = waited + 1
      -- Taking it out of the middle of the list would cost as much as the list is long: take skips it instead.
      if redis.call('ZREM', delayed, id) + redis.call('ZREM', urgent, id) == 0 then
        redis.call('HINCRBY', ghosts, id, 1)
        laid = laid + 1
      end
    end
  end
end
remove(gone)
if laid > 0 then redis.call('HINCRBY', meta, 'ghosts', laid) end
if waited > 0 and crowded then redis.call('ZADD', room, 0, '*') end
return #gone
