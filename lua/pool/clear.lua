--[[ clear — forget members, held or not, some at a time.
  Call it again while some are left.
  KEYS[1] members  hash  id → "<ms added> " .. envelope
  KEYS[2] due      zset  id → due, of members nobody holds
  KEYS[3] leases   zset  id → end of lease
  KEYS[4] rounds   hash  id → what happened since its last ack
  KEYS[5] meta     hash  layout, generation
  ARGV[1] layout   the version of this layout
  ARGV[2] most     most to forget of each, 1 to 500
  returns how many were forgotten, how many are left
]]
local members, due, leases, rounds, meta = unpack(KEYS)
local layout = redis.call('HGET', meta, 'layout')
if layout and layout ~= ARGV[1] then return redis.error_reply('LAYOUT ' .. layout) end

-- A key of another type is found out before anything is removed.
redis.call('HLEN', members)
redis.call('HLEN', rounds)
local ids = {}
for _, where in ipairs({ leases, due }) do
  local popped = redis.call('ZPOPMIN', where, ARGV[2])
  for i = 1, #popped, 2 do ids[#ids + 1] = popped[i] end
end
if #ids > 0 then
  redis.call('HDEL', members, unpack(ids))
  redis.call('HDEL', rounds, unpack(ids))
end
return { #ids, redis.call('HLEN', members) }
