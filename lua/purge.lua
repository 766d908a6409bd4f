--[[ purge — forget waiting tasks, ready and delayed; leased and dead ones stay.
  Call it again while some are left.
  Includes known, sound, forget.
  KEYS[1]  tasks       hash  id → "<ms put> " .. envelope
  KEYS[2]  ready       list  ids, next one first
  KEYS[3]  urgent      zset  id → place in line, of those with a priority
  KEYS[4]  priorities  hash  id → 1 … 9, where it is not 0
  KEYS[5]  delayed     zset  id → due
  KEYS[6]  returns     hash  id → returns/generation
  KEYS[7]  failures    hash  id → history of its failures
  KEYS[8]  ghosts      hash  id → how many of its entries in ready stand for nothing any more
  KEYS[9]  twins       hash  digest → id of the one that keeps its twins out
  KEYS[10] digests     hash  id → digest
  KEYS[11] room        zset  one marker while there may be room; those who wait take it
  KEYS[12] totals      hash  put, removed (without an ack), failed, returned, dead
  KEYS[13] meta        hash  layout, paused, generation, ghosts, ranked, unique, crowded, buried, front, back
  ARGV[1] layout    the version of this layout
  ARGV[2] most      most to forget of each, 1 to 300
  returns how many were forgotten, how many are left
]]
local tasks, ready, urgent, priorities, delayed, returns, failures, ghosts, twins, digests, room, totals, meta =
  unpack(KEYS)
local ids, laid = redis.call('LPOP', ready, ARGV[2]) or {}, 0
if tonumber(haunted or 0) > 0 then
  local real = {}
  for i = 1, #ids do
    local owed = redis.call('HEXISTS', ghosts, ids[i]) == 1 and redis.call('HINCRBY', ghosts, ids[i], -1) or -1
    if owed < 0 then real[#real + 1] = ids[i] else laid = laid + 1 end
    if owed == 0 then redis.call('HDEL', ghosts, ids[i]) end
  end
  if laid > 0 then redis.call('HINCRBY', meta, 'ghosts', -laid) end
  ids = real
end
for _, key in ipairs({ urgent, delayed }) do
  local others = redis.call('ZPOPMIN', key, ARGV[2])
  for i = 1, #others, 2 do ids[#ids + 1] = others[i] end
end
remove(ids)
if crowded and #ids > 0 then redis.call('ZADD', room, 0, '*') end
local line = redis.call('LLEN', ready) - (haunted or 0) + laid + redis.call('ZCARD', urgent)
return { #ids, line + redis.call('ZCARD', delayed) }
