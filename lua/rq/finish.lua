--[[ finish — a job succeeded: its result, its dependents, its next run, all in one step.
  Includes clock, place, dependents, started, ending.
  ARGV[1] worker   its name
  ARGV[2] again    1: an earlier attempt at this may have taken effect unheard
  ARGV[3] job      id
  ARGV[4] queue    its origin
  ARGV[5] eid      its execution's id, '' before RQ 2.0
  ARGV[6] since    its started_at, as it was taken
  ARGV[7] ttl      seconds results are kept unless the job says otherwise
  ARGV[8] running  how many other jobs the worker works on
  ARGV[9] seconds  it was worked on
  ARGV[10…] fields and values of the result's entry
  returns { 1 (took effect) or 0 (not ours any more), 1 when `release` has more to do }
]]
local run = {
  worker = ARGV[1], id = ARGV[3], queue = ARGV[4], eid = ARGV[5], since = ARGV[6], running = ARGV[8], seconds = ARGV[9],
}
local id, queue = run.id, run.queue
local job, results = 'rq:job:' .. id, 'rq:results:' .. id
if not conclude(run, 'successful_job_count') then
  -- Gone: that is how a job ends whose result is not kept.
  local done = ARGV[2] == '1' and (settled(run) == 'finished' or redis.call('EXISTS', job) == 0)
  return { done and 1 or 0, 0 }
end
settle(run, 'finished')

local own, runs, list = unpack(redis.call('HMGET', job, 'result_ttl', 'repeats_left', 'repeat_intervals'))
local ttl = tonumber(own or nil) or tonumber(ARGV[7])
redis.call('HSET', job, 'status', 'finished')
if ttl ~= 0 then
  redis.call('XADD', results, 'MAXLEN', '~', 10, '*', unpack(ARGV, 10))
  redis.call(ttl < 0 and 'PERSIST' or 'EXPIRE', results, unpack(ttl < 0 and {} or { ttl }))
  redis.call('ZADD', 'rq:finished:' .. queue, ttl < 0 and '+inf' or unix(now + ttl), id)
end
local left = release(id, 'finished')

runs = tonumber(runs or nil) or 0
if runs > 0 then
  local readable, intervals = pcall(cjson.decode, list or '[]')
  if not readable or type(intervals) ~= 'table' then intervals = {} end
  -- As RQ counts: from the end of the list.
  local interval = tonumber(intervals[math.min(runs, #intervals)]) or 0
  redis.call('HSET', job, 'repeats_left', runs - 1)
  if interval > 0 then
    schedule(id, queue, now + interval)
  else
    enqueue(id, queue, false)
  end
elseif ttl == 0 then
  redis.call('DEL', job, 'rq:job::' .. id .. ':dependencies')
  if redis.call('HEXISTS', LEFT, id) == 0 then redis.call('DEL', job .. ':dependents') end
else
  lasts(id, ttl)
end
return { 1, left }
