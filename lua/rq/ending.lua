--[[ ending — a worker's run of a job comes to its end, well or badly.
  Fenced: a run that was declared abandoned meanwhile changes nothing.
  Included by other scripts; needs clock and started. The job keeps, as `settled`, which run was ended by its own
  worker and how: so a call whose reply was lost can be repeated, and an abandoned run is not taken for a settled one.
  returns nothing; gives them `conclude(run, counter)`, which answers whether the run was ours, and then it is over;
          `settle(run, status)`, which notes how, and `settled(run)`: what was noted of this run, or false.
          run: { worker, id, queue, eid, since (its started_at), running (how many others), seconds (worked on it) }
]]
local function conclude(run, counter)
  if not isOurs(run.id, run.queue, run.eid, run.since) then return false end
  leave(run.worker, run.id, run.queue, run.eid)
  local worker = 'rq:worker:' .. run.worker
  redis.call('HINCRBY', worker, counter, 1)
  redis.call('HINCRBYFLOAT', worker, 'total_working_time', run.seconds)
  if redis.call('HGET', worker, 'current_job') == run.id then redis.call('HDEL', worker, 'current_job') end
  if run.running == '0' then redis.call('HSET', worker, 'state', 'idle') end
  redis.call('HSET', 'rq:job:' .. run.id, 'ended_at', stamp, 'last_heartbeat', stamp)
  return true
end

local function settle(run, status) redis.call('HSET', 'rq:job:' .. run.id, 'settled', run.since .. ' ' .. status) end

local function settled(run)
  local since, status = (redis.call('HGET', 'rq:job:' .. run.id, 'settled') or ''):match('^(%S+) (%S+)$')
  return since == run.since and status
end
