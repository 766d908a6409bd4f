--[[ due — put scheduled jobs whose time has come on their queues, for the queues whose lock we hold or get.
  At most 1,000 per queue and call. Takes the lock RQ's own schedulers respect.
  Includes clock, place.
  ARGV[1] scheduler  whose lock
  ARGV[2…] queues    names
  returns { how many of the locks are ours, how many jobs were put }
]]
local locked, put = 0, 0
for i = 2, #ARGV do
  local queue = ARGV[i]
  local lock = 'rq:scheduler-lock:' .. queue
  local holder = redis.call('GET', lock)
  if not holder or holder == ARGV[1] then
    redis.call('SET', lock, ARGV[1], 'EX', 61)
    locked = locked + 1
    for _, id in ipairs(redis.call('ZRANGEBYSCORE', 'rq:scheduled:' .. queue, 0, now, 'LIMIT', 0, 1000)) do
      redis.call('ZREM', 'rq:scheduled:' .. queue, id)
      local status, front = unpack(redis.call('HMGET', 'rq:job:' .. id, 'status', 'enqueue_at_front'))
      if status and status ~= 'canceled' then
        enqueue(id, queue, front == '1')
        put = put + 1
      end
    end
  end
end
return { locked, put }
