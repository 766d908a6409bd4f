--[[ sweep — what RQ calls maintenance, of one queue: jobs whose worker is gone, entries that are past their time.
  Leaves it to a Python worker that is at it: that one works in several steps. At most 100 jobs per call.
  Includes clock, place, dependents, failing.
  ARGV[1] queue  its name
  ARGV[2…] fields and values of the result's entry of an abandoned job
  Goes on with what `release` has to do, too.
  returns { busy (1: somebody else is at it), left (1: there may be more), failed ids }
]]
local queue = ARGV[1]
if redis.call('EXISTS', 'rq:clean_registries:' .. queue) == 1 then return { 1, 0, {} } end
redis.call('ZREMRANGEBYSCORE', 'rq:finished:' .. queue, 0, now)
redis.call('ZREMRANGEBYSCORE', 'rq:failed:' .. queue, 0, now)

local fields, failed = {}, {}
for i = 2, #ARGV do fields[#fields + 1] = ARGV[i] end
local expired = redis.call('ZRANGEBYSCORE', 'rq:wip:' .. queue, 0, now, 'LIMIT', 0, 100)
for _, member in ipairs(expired) do
  redis.call('ZREM', 'rq:wip:' .. queue, member)
  -- `id`, or `id:execution` since RQ 2.0; before it an id could hold a colon itself.
  local id, eid = member, nil
  if redis.call('EXISTS', 'rq:job:' .. id) == 0 then id, eid = member:match('^([^:]*):?(.*)$') end
  if eid then
    redis.call('DEL', 'rq:execution:' .. id .. ':' .. eid)
    redis.call('ZREM', 'rq:executions:' .. id, eid)
  end
  -- What is not under way any more has been dealt with by its own worker.
  if redis.call('HGET', 'rq:job:' .. id, 'status') == 'started' and not retry(id, queue) then
    give(id, queue, 'failed', fields)
    failed[#failed + 1] = id
  end
end

-- Taken off the queue by a Python worker (RQ 1.15 or newer) that never came to start it. RQ fails such a job after
-- a minute; but nothing of it has begun, so it goes back to the front.
local between = 'rq:queue:' .. queue .. ':intermediate'
for _, id in ipairs(redis.call('LRANGE', between, 0, 99)) do
  local seen = between .. ':first_seen:' .. id
  redis.call('SET', seen, unix(now), 'NX', 'EX', 86400)
  if (tonumber(redis.call('GET', seen)) or 0) < now - 60 then
    redis.call('LREM', between, 1, id)
    redis.call('DEL', seen)
    if redis.call('HGET', 'rq:job:' .. id, 'status') == 'queued' then enqueue(id, queue, true) end
  end
end

-- Workers that gave no sign of life; all of them, as there are few.
for _, set in ipairs({ 'rq:workers', 'rq:workers:' .. queue }) do
  for _, worker in ipairs(redis.call('SMEMBERS', set)) do
    if redis.call('EXISTS', worker) == 0 then redis.call('SREM', set, worker) end
  end
end
local left = releaseMore()
return { 0, (left == 1 or #expired == 100) and 1 or 0, failed }
