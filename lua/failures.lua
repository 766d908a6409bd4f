--[[ failures — how often a task has failed; when asked to, from now on never.
  Includes known.
  KEYS[1] failures  hash  id → "<count> <ms of the first> <why dead or -> <last reason>"
  KEYS[2] dead      zset  id → µs it died
  KEYS[3] meta      hash  layout, paused, generation, ghosts, ranked, unique, crowded, buried, front, back
  ARGV[1] layout    the version of this layout
  ARGV[2] id
  ARGV[3] reset     1: forget them, unless the task is dead: then they say what it died of
  returns how many there were
]]
local failures, dead, meta = unpack(KEYS)
local count = string.match(redis.call('HGET', failures, ARGV[2]) or '', '^%d+')
if count and ARGV[3] == '1' and not redis.call('ZSCORE', dead, ARGV[2]) then
  redis.call('HDEL', failures, ARGV[2])
end
return tonumber(count or 0)
