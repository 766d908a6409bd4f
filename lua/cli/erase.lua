--[[ erase — take ids out of a hash or zset that are of no task (any more); others stay.
  Includes known.
  KEYS[1] tasks   hash          id → "<ms put> " .. envelope
  KEYS[2] place   hash or zset  what has ids of tasks in it
  KEYS[3] meta    hash          layout, paused, generation, ghosts, ranked, unique, crowded, buried, front, back
  ARGV[1] layout  the version of this layout
  ARGV[2…] ids, at most 1,000
  returns how many were taken out
]]
local tasks, place, meta = unpack(KEYS)
local there, gone = redis.call('HMGET', tasks, unpack(ARGV, 2)), {}
for i = 1, #there do
  if not there[i] then gone[#gone + 1] = ARGV[i + 1] end
end
if #gone == 0 then return 0 end
return redis.call(redis.call('TYPE', place).ok == 'zset' and 'ZREM' or 'HDEL', place, unpack(gone))
