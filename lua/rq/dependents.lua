--[[ dependents — let the jobs go on that waited for one.
  Included by other scripts; needs clock and place. Only jobs that are still deferred: RQ leaves a child in
  the set of a parent that ended before another one, and would run it again whenever that parent ends again.
  returns nothing; gives them `release(parent, status)`, which answers how many, with the status the parent
          ends in: finished failed stopped canceled, or `ignored` when it does not count any more
]]
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

local function release(parent, status)
  local waiting, released = 'rq:job:' .. parent .. ':dependents', 0
  for _, child in ipairs(redis.call('SMEMBERS', waiting)) do
    local state, failureAllowed, front, queue =
      unpack(redis.call('HMGET', 'rq:job:' .. child, 'status', 'allow_dependency_failures', 'enqueue_at_front', 'origin'))
    if not state then
      redis.call('SREM', waiting, child)
    elseif state == 'deferred' and isMet(child, parent, status, failureAllowed == '1') then
      redis.call('SREM', waiting, child)
      redis.call('ZREM', 'rq:deferred:' .. queue, child)
      enqueue(child, queue, front == '1')
      released = released + 1
    end
  end
  return released
end
