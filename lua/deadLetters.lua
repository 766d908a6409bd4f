--[[ deadLetters — read dead letters, oldest death first.
  Includes known.
  KEYS[1] tasks        hash  id → "<ms put> " .. envelope
  KEYS[2] deadReturns  hash  id → returns/generation, of the dead
  KEYS[3] failures     hash  id → "<count> <ms of the first> <why dead> <last reason>"
  KEYS[4] dead         zset  id → µs it died
  KEYS[5] meta         hash  layout, paused, generation, ghosts, ranked, unique, crowded, buried, front, back
  ARGV[1] layout    the version of this layout
  ARGV[2] limit     most to read, 1 to 1,000
  ARGV[3] after     the id to go on after; '' or one that is dead no more: from the oldest
  returns ids, µs they died, envelopes, returns, failures: five lists of one length
]]
local tasks, deadReturns, failures, dead, meta = unpack(KEYS)
local rank = redis.call('ZRANK', dead, ARGV[3])
local from = rank and rank + 1 or 0
local found = redis.call('ZRANGE', dead, from, from + ARGV[2] - 1, 'WITHSCORES')
local ids, died = {}, {}
for i = 1, #found, 2 do
  ids[#ids + 1], died[#died + 1] = found[i], found[i + 1]
end
if #ids == 0 then return { {}, {}, {}, {}, {} } end
return {
  ids,
  died,
  redis.call('HMGET', tasks, unpack(ids)),
  redis.call('HMGET', deadReturns, unpack(ids)),
  redis.call('HMGET', failures, unpack(ids)),
}
