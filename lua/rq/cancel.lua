--[[ cancel — never run a job, but remember it.
  Includes clock, place, dependents, forget.
  ARGV[1] job      id
  ARGV[2] release  1: let the jobs that wait for it go on, as if it did not count
  returns { canceled, `was canceled` when it had been already, or '' when there is no such job,
          1 when `release` has more to do }
]]
local id = ARGV[1]
local job = 'rq:job:' .. id
local status, queue = unpack(redis.call('HMGET', job, 'status', 'origin'))
if not status then return { '', 0 } end
if status == 'canceled' then return { 'was canceled', 0 } end
queue = queue or ''
forget(id, queue, status)
redis.call('HSET', job, 'status', 'canceled')
redis.call('ZADD', 'rq:canceled:' .. queue, unix(now), id)
return { 'canceled', ARGV[2] == '1' and release(id, 'ignored') or 0 }
