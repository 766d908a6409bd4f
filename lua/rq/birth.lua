--[[ birth — a worker begins.
  Idempotent for its own process.
  Includes clock.
  ARGV[1] worker  its name
  ARGV[2] ttl     seconds it is known without a sign of life
  ARGV[3] token   of this process: it may be born again
  ARGV[4] queues  names, a JSON array
  ARGV[5…] fields and values of its hash
  returns 1, or 0 when another worker of this name lives
]]
local worker = 'rq:worker:' .. ARGV[1]
local born, death, token = unpack(redis.call('HMGET', worker, 'birth', 'death', 'token'))
if born and not death and token ~= ARGV[3] then return 0 end
if token ~= ARGV[3] or death then redis.call('DEL', worker) end
redis.call('HSET', worker, 'birth', born and token == ARGV[3] and born or stamp, 'last_heartbeat', stamp)
redis.call('HSET', worker, 'token', ARGV[3], 'state', 'started', unpack(ARGV, 5))
redis.call('EXPIRE', worker, ARGV[2])
redis.call('SADD', 'rq:workers', worker)
for _, queue in ipairs(cjson.decode(ARGV[4])) do redis.call('SADD', 'rq:workers:' .. queue, worker) end
return 1
