--[[ failing — what becomes of a job that failed: another try, or the registry of failed jobs.
  Included by other scripts; needs clock, place and dependents.
  returns nothing; gives them `retry(id, queue)`, which answers queued or scheduled, or false when no try is
          left, and `give(id, queue, status, fields)`: failed or stopped, with the fields of its result entry;
          that one answers 1 when `release` has more to do, else 0
]]
local YEAR = 31536000

local function retry(id, queue)
  local job = 'rq:job:' .. id
  local left, list, front = unpack(redis.call('HMGET', job, 'retries_left', 'retry_intervals', 'enqueue_at_front_on_retry'))
  left = tonumber(left or nil)
  if not left or left < 1 then return false end
  local readable, intervals = pcall(cjson.decode, list or '[]')
  if not readable or type(intervals) ~= 'table' then intervals = {} end
  -- A list shorter than the tries begins with its first value as often as needed.
  local interval = tonumber(intervals[math.max(#intervals - left, 0) + 1]) or 0
  redis.call('HSET', job, 'retries_left', left - 1)
  if interval > 0 then
    schedule(id, queue, now + interval)
    return 'scheduled'
  end
  enqueue(id, queue, front == '1')
  return 'queued'
end

local function give(id, queue, status, fields)
  local job, results = 'rq:job:' .. id, 'rq:results:' .. id
  local ttl = tonumber(redis.call('HGET', job, 'failure_ttl') or nil) or YEAR
  redis.call('HSET', job, 'status', status, 'ended_at', stamp)
  redis.call('XADD', results, 'MAXLEN', '~', 10, '*', unpack(fields))
  redis.call('ZADD', 'rq:failed:' .. queue, ttl < 0 and -1 or unix(now + ttl), id)
  -- RQ leaves the entries of a job without a failure_ttl for ever; ours go with their job.
  redis.call(ttl < 0 and 'PERSIST' or 'EXPIRE', results, unpack(ttl < 0 and {} or { ttl }))
  local left = release(id, status)
  lasts(id, ttl)
  return left
end
