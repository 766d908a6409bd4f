--[[ enqueue — write jobs and put each where it belongs; all of them or, when one is refused, none.
  Idempotent for a repeated call: a job that is there with the same created_at is left as it is.
  Includes clock, place, forget.
  ARGV[1] again  1: an earlier attempt at this may have taken effect unheard
  ARGV[2…] per job: id, plan, how many fields and values, then these
          plan, as JSON: queue; front; at (unix s) or after (s); unique; parents (ids); failureAllowed
  returns per job its status, or one array { 'exists' | 'canceled', id, parent } when one is refused: its id is
          taken, or a parent was canceled and could never let it go
]]
local again = ARGV[1] == '1'
local jobs, at = {}, 2
while at <= #ARGV do
  local job = { id = ARGV[at], plan = cjson.decode(ARGV[at + 1]), fields = {} }
  local count = tonumber(ARGV[at + 2])
  for i = 1, count do job.fields[i] = ARGV[at + 2 + i] end
  job.key = 'rq:job:' .. job.id
  jobs[#jobs + 1] = job
  at = at + 3 + count
end

-- 1. Check: nothing is written before all may be. Fields begin with created_at and its value.
for _, job in ipairs(jobs) do
  local created = redis.call('HGET', job.key, 'created_at')
  job.there = again and created == job.fields[2]
  if not job.there then
    if job.plan.unique and redis.call('EXISTS', job.key) == 1 then return { 'exists', job.id } end
    for _, parent in ipairs(job.plan.parents) do
      if redis.call('HGET', 'rq:job:' .. parent, 'status') == 'canceled' then return { 'canceled', job.id, parent } end
    end
  end
end

-- Whether it has to wait: a parent that is not there has been forgotten, and that is no reason to.
local function waits(plan)
  for _, parent in ipairs(plan.parents) do
    local status = redis.call('HGET', 'rq:job:' .. parent, 'status')
    if status and status ~= 'finished' and not (status == 'failed' and plan.failureAllowed) then return true end
  end
  return false
end

local function defer(id, plan)
  redis.call('SADD', 'rq:queues', 'rq:queue:' .. plan.queue)
  redis.call('HSET', 'rq:job:' .. id, 'status', 'deferred', 'origin', plan.queue)
  -- Every version leaves +inf alone; RQ 2.0 to 2.7 fail what is due here.
  redis.call('ZADD', 'rq:deferred:' .. plan.queue, '+inf', id)
  for _, parent in ipairs(plan.parents) do
    redis.call('SADD', 'rq:job:' .. parent .. ':dependents', id)
    redis.call('SADD', 'rq:job::' .. id .. ':dependencies', parent)
  end
  lasts(id, tonumber(redis.call('HGET', 'rq:job:' .. id, 'ttl') or nil))
end

-- 2. Write.
local answers = {}
for i, job in ipairs(jobs) do
  local id, plan = job.id, job.plan
  if not job.there then
    local status, queue = unpack(redis.call('HMGET', job.key, 'status', 'origin'))
    -- An id used again begins anew: RQ would keep fields of the old job, and run it twice.
    if status and queue then forget(id, queue, status) end
    redis.call('DEL', job.key, 'rq:job::' .. id .. ':dependencies', 'rq:results:' .. id)
    redis.call('HSET', job.key, unpack(job.fields))
    if plan.at or plan.after then
      schedule(id, plan.queue, plan.at or now + plan.after)
    elseif waits(plan) then
      defer(id, plan)
    else
      enqueue(id, plan.queue, plan.front)
    end
  end
  answers[i] = redis.call('HGET', job.key, 'status') or 'queued'
end
return answers
