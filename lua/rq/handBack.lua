--[[ handBack — return started jobs nobody has begun to work on to the front of their queues, in order.
  Includes clock, place, started.
  ARGV[1] worker  its name
  ARGV[2…] per job, the last one taken first: id, queue, eid, started_at
  returns how many were still ours
]]
local returned = 0
for i = 2, #ARGV, 4 do
  local id, queue, eid = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  if isOurs(id, queue, eid, ARGV[i + 3]) then
    leave(ARGV[1], id, queue, eid)
    redis.call('HSET', 'rq:job:' .. id, 'started_at', '', 'worker_name', '')
    enqueue(id, queue, true)
    returned = returned + 1
  end
end
return returned
