--[[ dependents — let the jobs go on that waited for one.
  Included by other scripts; needs clock and place. Only jobs that are still deferred: RQ leaves a child in
  the set of a parent that ended before another one, and would run it again whenever that parent ends again.
  About 1,000 at a time: what is left is noted with the parent's end, for whoever comes to it first.
  returns nothing; gives them `release(parent, status)`, with the status the parent ends in: finished failed
          stopped canceled, or `ignored` when it does not count any more; and `releaseMore()`, which goes on with
          what is left. Both answer 1 when something is left, else 0
]]
local LEFT = 'rq:millrace:releasing' -- hash  parent → where to go on among its dependents, its status

local function isMet(child, parent, status, failureAllowed)
  local function counts(state)
    return not state or state == 'finished' or state == 'ignored' or (state == 'failed' and failureAllowed)
  end
  if not counts(status) then return false end
  for _, other in ipairs(redis.call('SMEMBERS', 'rq:job::' .. child .. ':dependencies')) do
    if other ~= parent and not counts(redis.call('HGET', 'rq:job:' .. other, 'status')) then return false end
  end
  return true
end

local function releaseFrom(cursor, parent, status)
  local waiting = 'rq:job:' .. parent .. ':dependents'
  local found = redis.call('SSCAN', waiting, cursor, 'COUNT', 1000)
  for _, child in ipairs(found[2]) do
    local state, failureAllowed, front, queue =
      unpack(redis.call('HMGET', 'rq:job:' .. child, 'status', 'allow_dependency_failures', 'enqueue_at_front', 'origin'))
    if not state then
      redis.call('SREM', waiting, child)
    elseif state == 'deferred' and isMet(child, parent, status, failureAllowed == '1') then
      redis.call('SREM', waiting, child)
      redis.call('ZREM', 'rq:deferred:' .. queue, child)
      enqueue(child, queue, front == '1')
    end
  end
  if found[1] ~= '0' then
    redis.call('HSET', LEFT, parent, found[1] .. ' ' .. status)
  else
    redis.call('HDEL', LEFT, parent)
    -- Of a job whose result nobody keeps only this was left.
    if redis.call('EXISTS', 'rq:job:' .. parent) == 0 then redis.call('DEL', waiting) end
  end
  return redis.call('EXISTS', LEFT)
end

local function release(parent, status) return releaseFrom('0', parent, status) end

local function releaseMore()
  local parent = redis.call('HRANDFIELD', LEFT)
  if not parent then return 0 end
  local cursor, status = redis.call('HGET', LEFT, parent):match('^(%d+) (%a+)$')
  return releaseFrom(cursor, parent, status)
end
