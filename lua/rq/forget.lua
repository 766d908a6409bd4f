--[[ forget — take a job out of its queue and out of the registry it is in.
  Included by other scripts.
  returns nothing; gives them `forget(id, queue, status)`
]]
local REGISTRIES = {
  finished = 'rq:finished:',
  failed = 'rq:failed:',
  stopped = 'rq:failed:',
  deferred = 'rq:deferred:',
  scheduled = 'rq:scheduled:',
  canceled = 'rq:canceled:',
  ready_to_enqueue = 'rq:ready:',
}

local function forget(id, queue, status)
  redis.call('LREM', 'rq:queue:' .. queue, 1, id)
  -- A repeating job is in finished and scheduled at once: leave none behind.
  if REGISTRIES[status] then redis.call('ZREM', REGISTRIES[status] .. queue, id) end
  redis.call('ZREM', 'rq:finished:' .. queue, id)
  if status ~= 'started' then return end
  redis.call('ZREM', 'rq:wip:' .. queue, id)
  for _, eid in ipairs(redis.call('ZRANGE', 'rq:executions:' .. id, 0, -1)) do
    redis.call('ZREM', 'rq:wip:' .. queue, id .. ':' .. eid)
    redis.call('DEL', 'rq:execution:' .. id .. ':' .. eid)
  end
  redis.call('DEL', 'rq:executions:' .. id)
end
