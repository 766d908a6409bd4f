--[[ bury — forget these dead letters; an id that is not dead (any more) is left alone.
  Includes known, forget.
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
  ARGV[1] layout      the version of this layout
  ARGV[2…] ids, at most 1,000
  returns how many
]]
local tasks, priorities, returns, failures, dead, deadReturns, twins, digests, totals, meta = unpack(KEYS)
local died, ids = redis.call('ZMSCORE', dead, unpack(ARGV, 2)), {}
for i = 1, #died do
  if died[i] then ids[#ids + 1] = ARGV[i + 1] end
end
if #ids == 0 then return 0 end
local gone = redis.call('ZREM', dead, unpack(ids))
redis.call('HDEL', deadReturns, unpack(ids))
remove(ids)
return gone
