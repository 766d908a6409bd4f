--[[ fail — a job failed or was stopped: another try, or the registry of failed jobs, in one step.
  Fenced: a run that was declared abandoned meanwhile changes nothing.
  Includes clock, place, dependents, started, failing.
  ARGV[1] worker   its name
  ARGV[2] again    1: an earlier attempt at this may have taken effect unheard
  ARGV[3] job      id
  ARGV[4] queue    its origin
  ARGV[5] eid      its execution's id, '' before RQ 2.0
  ARGV[6] since    its started_at, as it was taken
  ARGV[7] status   failed, or stopped: then it is not tried again
  ARGV[8] running  how many other jobs the worker works on
  ARGV[9] seconds  it was worked on
  ARGV[10…] fields and values of the result's entry
  returns failed or stopped, queued or scheduled (there is another try), or '' (not ours any more)
]]
local worker, id, queue, eid, since = 'rq:worker:' .. ARGV[1], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local job = 'rq:job:' .. id
if not isOurs(id, queue, eid, since) then
  local status, started = unpack(redis.call('HMGET', job, 'status', 'started_at'))
  return ARGV[2] == '1' and started == since and status ~= 'started' and status or ''
end
leave(id, queue, eid)

redis.call('HINCRBY', worker, 'failed_job_count', 1)
redis.call('HINCRBYFLOAT', worker, 'total_working_time', ARGV[9])
if redis.call('HGET', worker, 'current_job') == id then redis.call('HDEL', worker, 'current_job') end
if ARGV[8] == '0' then redis.call('HSET', worker, 'state', 'idle') end

redis.call('HSET', job, 'ended_at', stamp, 'last_heartbeat', stamp)
local again = ARGV[7] == 'failed' and retry(id, queue)
if again then return again end
local fields = {}
for i = 10, #ARGV do fields[#fields + 1] = ARGV[i] end
give(id, queue, ARGV[7], fields)
return ARGV[7]
