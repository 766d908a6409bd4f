--[[ strays — ids of a page of one key that are of no task.
  Includes known.
  KEYS[1] tasks   hash                id → "<ms put> " .. envelope
  KEYS[2] place   list, hash or zset  what has ids of tasks in it
  KEYS[3] ghosts  hash                id → how many of its entries in ready stand for nothing any more
  KEYS[4] meta    hash                layout, paused, generation, ghosts, ranked, unique, crowded, buried, front, back
  ARGV[1] layout  the version of this layout
  ARGV[2] cursor  where to go on: 0 at the beginning, then what it answered
  ARGV[3] most    most to look at, 1 to 1,000; a hash or zset may answer some more
  returns the next cursor, 0 when that was all; how many were looked at; those ids
]]
local tasks, place, ghosts, meta = unpack(KEYS)
local kind, cursor, most = redis.call('TYPE', place).ok, ARGV[2], tonumber(ARGV[3])
local ids = {}
if kind == 'list' then
  ids = redis.call('LRANGE', place, cursor, cursor + most - 1)
  cursor = #ids < most and '0' or tostring(cursor + most)
elseif kind == 'zset' or kind == 'hash' then
  local page = redis.call(kind == 'zset' and 'ZSCAN' or 'HSCAN', place, cursor, 'COUNT', most)
  cursor = page[1]
  for i = 1, #page[2], 2 do ids[#ids + 1] = page[2][i] end
else
  cursor = '0'
end

local found = {}
for from = 1, #ids, 5000 do
  local upto = math.min(from + 4999, #ids)
  local there = redis.call('HMGET', tasks, unpack(ids, from, upto))
  for i = from, upto do
    local isGhost = kind == 'list' and redis.call('HEXISTS', ghosts, ids[i]) == 1
    if not there[i - from + 1] and not isGhost then found[#found + 1] = ids[i] end
  end
end
return { cursor, #ids, found }
