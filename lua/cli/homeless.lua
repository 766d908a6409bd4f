--[[ homeless — tasks of a page that are leased, delayed, dead or urgent nowhere: in the list, or in no place at all.
  Includes known.
  KEYS[1] tasks    hash  id → "<ms put> " .. envelope
  KEYS[2] urgent   zset  id → place in line, of those with a priority
  KEYS[3] delayed  zset  id → due
  KEYS[4] leases   zset  id → end of lease
  KEYS[5] dead     zset  id → µs it died
  KEYS[6] meta     hash  layout, paused, generation, ghosts, ranked, unique, crowded, buried, front, back
  ARGV[1] layout   the version of this layout
  ARGV[2] cursor   where to go on: 0 at the beginning, then what it answered
  ARGV[3] most     most to look at; it may be some more
  returns the next cursor, 0 when that was all; their ids
]]
local tasks, urgent, delayed, leases, dead, meta = unpack(KEYS)
local page = redis.call('HSCAN', tasks, ARGV[2], 'COUNT', ARGV[3])
local ids, found = {}, {}
for i = 1, #page[2], 2 do ids[#ids + 1] = page[2][i] end
for from = 1, #ids, 5000 do
  local upto = math.min(from + 4999, #ids)
  local places = {}
  for _, key in ipairs({ urgent, delayed, leases, dead }) do
    places[#places + 1] = redis.call('ZMSCORE', key, unpack(ids, from, upto))
  end
  for i = from, upto do
    local k = i - from + 1
    if not (places[1][k] or places[2][k] or places[3][k] or places[4][k]) then found[#found + 1] = ids[i] end
  end
end
return { page[1], found }
