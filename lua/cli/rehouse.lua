--[[ rehouse — put tasks in line that are in no place at all; others stay where they are.
  Includes known, line.
  KEYS[1] tasks       hash  id → "<ms put> " .. envelope
  KEYS[2] ready       list  ids, next one first
  KEYS[3] urgent      zset  id → place in line, of those with a priority
  KEYS[4] priorities  hash  id → 1 … 9, where it is not 0
  KEYS[5] delayed     zset  id → due
  KEYS[6] leases      zset  id → end of lease
  KEYS[7] dead        zset  id → µs it died
  KEYS[8] wake        zset  one marker while there may be something to take
  KEYS[9] meta        hash  layout, paused, generation, ghosts, ranked, unique, crowded, buried, front, back
  ARGV[1] layout      the version of this layout
  ARGV[2] apply       1: do it; 0: only say which
  ARGV[3…] ids, at most 20: for each the whole line is searched
  returns their ids
]]
local tasks, ready, urgent, priorities, delayed, leases, dead, wake, meta = unpack(KEYS)
local lost = {}
for i = 3, #ARGV do
  local id = ARGV[i]
  local placed = redis.call('LPOS', ready, id)
  for _, key in ipairs({ urgent, delayed, leases, dead }) do placed = placed or redis.call('ZSCORE', key, id) end
  if not placed and redis.call('HEXISTS', tasks, id) == 1 then lost[#lost + 1] = id end
end
if #lost == 0 or ARGV[2] ~= '1' then return lost end
join(lost, false, prioritiesOf(lost))
if not paused then redis.call('ZADD', wake, 0, '*') end
return lost
