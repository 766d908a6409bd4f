--[[ unlock — let go of the schedulers' locks that are ours.
  ARGV[1] scheduler  whose lock
  ARGV[2…] queues    names
  returns how many
]]
local count = 0
for i = 2, #ARGV do
  local lock = 'rq:scheduler-lock:' .. ARGV[i]
  if redis.call('GET', lock) == ARGV[1] then count = count + redis.call('DEL', lock) end
end
return count
