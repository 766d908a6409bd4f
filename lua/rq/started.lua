--[[ started — who works on a job, in either format of RQ's registry of started jobs.
  Included by other scripts; needs clock. Before RQ 2.0 a member is the job's id ("bare", eid is ''), since
  then `<id>:<execution id>`, with a key for the execution; after RQ 2.10 the worker has a set of them, too.
  returns nothing; gives them `hold(worker, id, queue, eid, seconds)` and `leave(worker, id, queue, eid)`, worker
          being its name, and `isOurs(id, queue, eid, since)`: whether this run (its started_at) is the current one
]]
local function member(id, eid) return eid == '' and id or id .. ':' .. eid end

local function hold(worker, id, queue, eid, seconds)
  redis.call('ZADD', 'rq:wip:' .. queue, unix(now + seconds), member(id, eid))
  if eid == '' then return end
  local execution = 'rq:execution:' .. id .. ':' .. eid
  redis.call('HSET', execution, 'id', eid, 'job_id', id, 'worker_name', worker, 'last_heartbeat', unix(now))
  redis.call('HSETNX', execution, 'created_at', unix(now))
  redis.call('EXPIRE', execution, seconds)
  redis.call('ZADD', 'rq:executions:' .. id, unix(now + seconds + 60), eid)
  redis.call('EXPIRE', 'rq:executions:' .. id, seconds + 60)
  redis.call('SADD', 'rq:worker:' .. worker .. ':executions', member(id, eid))
  redis.call('EXPIRE', 'rq:worker:' .. worker .. ':executions', seconds + 60)
end

local function leave(worker, id, queue, eid)
  redis.call('ZREM', 'rq:wip:' .. queue, member(id, eid))
  if eid == '' then return end
  redis.call('DEL', 'rq:execution:' .. id .. ':' .. eid)
  redis.call('ZREM', 'rq:executions:' .. id, eid)
  redis.call('SREM', 'rq:worker:' .. worker .. ':executions', member(id, eid))
end

local function isOurs(id, queue, eid, since)
  return redis.call('ZSCORE', 'rq:wip:' .. queue, member(id, eid))
    and redis.call('HGET', 'rq:job:' .. id, 'started_at') == since
end
