--[[ graves — which dead letters have died for a reason, or before a time; oldest death first.
  Call it again, further on, until it looked at fewer than it might.
  Includes known.
  KEYS[1] failures  hash  id → "<count> <ms of the first> <why dead> <last reason>"
  KEYS[2] dead      zset  id → µs it died
  KEYS[3] meta      hash  layout, paused, generation, ghosts, ranked, unique, crowded, buried, front, back
  ARGV[1] layout    the version of this layout
  ARGV[2] reason    why they are dead; '' for any
  ARGV[3] age       ms since they died, at least
  ARGV[4] skip      how many to pass over
  ARGV[5] most      most to look at, 1 to 1,000
  returns their ids, how many were looked at
]]
local failures, dead, meta = unpack(KEYS)
local time = redis.call('TIME')
local upto = ARGV[3] == '0' and '+inf' or string.format('%.0f', time[1] * 1000000 + time[2] - ARGV[3] * 1000)
local ids = redis.call('ZRANGEBYSCORE', dead, '-inf', upto, 'LIMIT', ARGV[4], ARGV[5])
if ARGV[2] == '' or #ids == 0 then return { ids, #ids } end

local histories, found = redis.call('HMGET', failures, unpack(ids)), {}
for i = 1, #ids do
  if string.match(histories[i] or '', '^%d+ %d+ (%S+)') == ARGV[2] then found[#found + 1] = ids[i] end
end
return { found, #ids }
