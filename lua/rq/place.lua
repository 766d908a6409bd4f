--[[ place — put a job where workers or the scheduler find it.
  Included by other scripts; needs clock.
  returns nothing; gives them `enqueue(id, queue, front)`, `schedule(id, queue, at)` and
          `lasts(id, ttl)` (seconds that a job's hash and sets live; below zero or nil: for good)
]]
local function lasts(id, ttl)
  for _, key in ipairs({ 'rq:job:' .. id, 'rq:job:' .. id .. ':dependents', 'rq:job::' .. id .. ':dependencies' }) do
    if ttl and ttl >= 0 then
      redis.call('EXPIRE', key, ttl)
    else
      redis.call('PERSIST', key)
    end
  end
end

local function enqueue(id, queue, front)
  local job = 'rq:job:' .. id
  redis.call('SADD', 'rq:queues', 'rq:queue:' .. queue)
  redis.call('HSET', job, 'status', 'queued', 'enqueued_at', stamp, 'origin', queue)
  lasts(id, tonumber(redis.call('HGET', job, 'ttl') or nil))
  redis.call(front and 'LPUSH' or 'RPUSH', 'rq:queue:' .. queue, id)
end

local function schedule(id, queue, at)
  local job = 'rq:job:' .. id
  redis.call('SADD', 'rq:queues', 'rq:queue:' .. queue)
  redis.call('HSET', job, 'status', 'scheduled', 'origin', queue)
  lasts(id, tonumber(redis.call('HGET', job, 'ttl') or nil))
  redis.call('ZADD', 'rq:scheduled:' .. queue, string.format('%.0f', math.floor(at)), id)
end
