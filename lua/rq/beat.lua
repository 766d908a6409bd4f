--[[ beat — a sign of life of a worker and of the jobs it works on.
  Includes clock, started.
  ARGV[1] worker  its name
  ARGV[2] ttl     seconds the worker is known without a sign of life
  ARGV[3] state   idle, busy or suspended
  ARGV[4…] per job: id, queue, eid, started_at, seconds that this sign of life lasts
  returns { whether the worker is known still, per job whether it is still ours }, 0 or 1 each
]]
local worker = 'rq:worker:' .. ARGV[1]
local known = redis.call('HEXISTS', worker, 'birth')
if known == 1 then
  redis.call('HSET', worker, 'last_heartbeat', stamp, 'state', ARGV[3])
  redis.call('EXPIRE', worker, ARGV[2])
end
local answer = { known }
for i = 4, #ARGV, 5 do
  local id, queue, eid = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local ours = isOurs(id, queue, eid, ARGV[i + 3])
  if ours then
    hold(ARGV[1], id, queue, eid, ARGV[i + 4])
    redis.call('HSET', 'rq:job:' .. id, 'last_heartbeat', stamp)
  end
  answer[#answer + 1] = ours and 1 or 0
end
return answer
