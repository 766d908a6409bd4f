--[[ forget — what is known of tasks that are in no place any more.
  Included by other scripts; needs tasks, returns, failures, priorities, twins, digests, totals, ranked and unique.
  returns nothing; gives them `forget(ids, fresh)`, fresh: none of them has ever come back; `remove(ids)`: the same,
          counted as gone without an ack; and `free(ids)`: from now on, twins of these may be put
]]
local function free(ids)
  local found, held = redis.call('HMGET', digests, unpack(ids)), {}
  for i = 1, #ids do
    if found[i] and redis.call('HGET', twins, found[i]) == ids[i] then held[#held + 1] = found[i] end
  end
  if #held > 0 then redis.call('HDEL', twins, unpack(held)) end
end

local function forget(ids, fresh)
  if #ids == 0 then return 0 end
  local count = redis.call('HDEL', tasks, unpack(ids))
  if not fresh then
    redis.call('HDEL', returns, unpack(ids))
    redis.call('HDEL', failures, unpack(ids))
  end
  if ranked then redis.call('HDEL', priorities, unpack(ids)) end
  if unique then
    free(ids)
    redis.call('HDEL', digests, unpack(ids))
  end
  return count
end

local function remove(ids)
  local count = forget(ids)
  if count > 0 then redis.call('HINCRBY', totals, 'removed', count) end
end
