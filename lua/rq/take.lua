--[[ take — start jobs: off their queues and into the registry of started ones in one step, so that there is no
  moment at which a crash loses one.
  Ids whose job is gone or was canceled are dropped on the way, at most 1,000 per call.
  Idempotent for a repeated call: the worker's hash keeps what its latest one took, under its token.
  Includes clock, started.
  ARGV[1] worker  its name
  ARGV[2] ttl     seconds the worker is known without a sign of life
  ARGV[3] queues  a JSON array of names, the most urgent first
  ARGV[4] from    which of `queues` to ask first, 1 for the order given
  ARGV[5] limit   for hold: the monitoring interval, s
  ARGV[6] token   of this call
  ARGV[7] again   1: an earlier attempt at this may have taken effect unheard
  ARGV[8…] eids   one per job wanted: its execution's id, '' before RQ 2.0
  returns { suspended (0 or 1), left (1: some ids were dropped and more may wait), job, job, … }, a job being
          { id, queue, eid, field, value, … }
]]
local worker, queues, from = ARGV[1], cjson.decode(ARGV[3]), tonumber(ARGV[4])
redis.call('HSET', 'rq:worker:' .. worker, 'last_heartbeat', stamp)
redis.call('EXPIRE', 'rq:worker:' .. worker, ARGV[2])

local answer, dropped, taken = { 0, 0 }, 0, {}

local function add(id, queue, eid)
  answer[#answer + 1] = { id, queue, eid, unpack(redis.call('HGETALL', 'rq:job:' .. id)) }
  taken[#taken + 1] = { id, queue, eid }
end

if ARGV[7] == '1' and redis.call('HGET', 'rq:worker:' .. worker, 'take_token') == ARGV[6] then
  for _, job in ipairs(cjson.decode(redis.call('HGET', 'rq:worker:' .. worker, 'taken'))) do add(unpack(job)) end
  return answer
end

local function start(id, queue, eid)
  local job = 'rq:job:' .. id
  local timeout = tonumber(redis.call('HGET', job, 'timeout') or 180) or 180
  local seconds = (timeout < 0 and tonumber(ARGV[5]) or math.min(timeout, tonumber(ARGV[5]))) + 60
  redis.call(
    'HSET', job, 'status', 'started', 'started_at', stamp, 'last_heartbeat', stamp, 'worker_name', worker,
    'origin', queue
  )
  redis.call('PERSIST', job)
  hold(worker, id, queue, eid, seconds)
  redis.call(
    'HSET', 'rq:worker:' .. worker, 'state', 'busy', 'current_job', id, 'current_job_working_time', 0
  )
  add(id, queue, eid)
end

if redis.call('EXISTS', 'rq:suspended') == 1 then return { 1, 0 } end
local wanted = 8
for i = 1, #queues do
  local queue = queues[(from + i - 2) % #queues + 1]
  while ARGV[wanted] and dropped < 1000 do
    local id = redis.call('LPOP', 'rq:queue:' .. queue)
    if not id then break end
    local data, status = unpack(redis.call('HMGET', 'rq:job:' .. id, 'data', 'status'))
    if data and status ~= 'canceled' then
      start(id, queue, ARGV[wanted])
      wanted = wanted + 1
    else
      dropped = dropped + 1
    end
  end
end
redis.call('HSET', 'rq:worker:' .. worker, 'take_token', ARGV[6], 'taken', cjson.encode(taken))
if dropped >= 1000 then answer[2] = 1 end
return answer
