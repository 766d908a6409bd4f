--[[ purge — forget waiting tasks, ready and delayed; leased and dead ones stay.
  Call it again while some are left.
  KEYS[1] tasks     hash  id → "<ms put> " .. envelope
  KEYS[2] ready     list  ids, next one first
  KEYS[3] delayed   zset  id → due
  KEYS[4] returns   hash  id → returns/generation
  KEYS[5] failures  hash  id → history of its failures
  KEYS[6] ghosts    hash  id → how many of its entries in ready stand for nothing any more
  KEYS[7] totals    hash  put, removed (without an ack), failed, returned, dead
  KEYS[8] meta      hash  layout, paused, generation, ghosts
  ARGV[1] layout    the version of this layout
  ARGV[2] most      most to forget of each, 1 to 500
  returns how many were forgotten, how many are left
]]
local tasks, ready, delayed, returns, failures, ghosts, totals, meta = unpack(KEYS)
local known = redis.call('HMGET', meta, 'layout', 'ghosts')
if known[1] and known[1] ~= ARGV[1] then return redis.error_reply('LAYOUT ' .. known[1]) end

local ids, laid = redis.call('LPOP', ready, ARGV[2]) or {}, 0
if tonumber(known[2] or 0) > 0 then
  local real = {}
  for i = 1, #ids do
    local owed = redis.call('HEXISTS', ghosts, ids[i]) == 1 and redis.call('HINCRBY', ghosts, ids[i], -1) or -1
    if owed < 0 then real[#real + 1] = ids[i] else laid = laid + 1 end
    if owed == 0 then redis.call('HDEL', ghosts, ids[i]) end
  end
  if laid > 0 then redis.call('HINCRBY', meta, 'ghosts', -laid) end
  ids = real
end
local later = redis.call('ZPOPMIN', delayed, ARGV[2])
for i = 1, #later, 2 do ids[#ids + 1] = later[i] end
if #ids > 0 then
  redis.call('HINCRBY', totals, 'removed', redis.call('HDEL', tasks, unpack(ids)))
  redis.call('HDEL', returns, unpack(ids))
  redis.call('HDEL', failures, unpack(ids))
end
return { #ids, redis.call('LLEN', ready) + redis.call('ZCARD', delayed) }
