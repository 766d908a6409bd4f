--[[ death — a worker ends; its hash stays for a minute, as RQ does it.
  Includes clock.
  ARGV[1] worker  its name
  ARGV[2] queues  names, a JSON array
  returns 1
]]
local worker = 'rq:worker:' .. ARGV[1]
redis.call('SREM', 'rq:workers', worker)
redis.call('DEL', worker .. ':executions')
for _, queue in ipairs(cjson.decode(ARGV[2])) do redis.call('SREM', 'rq:workers:' .. queue, worker) end
if redis.call('EXISTS', worker) == 1 then
  redis.call('HSET', worker, 'death', stamp)
  redis.call('HDEL', worker, 'current_job')
  redis.call('EXPIRE', worker, 60)
end
return 1
