--[[ sound — a key of another type is found out before the first write.
  Included by other scripts: those that are not called for each task, where this would cost too much.
  returns nothing, but an error for such a key
]]
local others = { ready = 'list', urgent = 'zset', delayed = 'zset', leases = 'zset', dead = 'zset', wake = 'zset', room = 'zset' }
for _, key in ipairs(KEYS) do
  local found = redis.call('TYPE', key).ok
  if found ~= 'none' and found ~= (others[string.match(key, '%a+$')] or 'hash') then
    return redis.error_reply('WRONGTYPE ' .. key .. ' is a ' .. found)
  end
end
