--[[ line — where tasks wait to be taken: in the list, or, with a priority, in a zset that is served before it.
  Included by other scripts; needs ready, urgent, priorities, meta and ranked.
  returns nothing; gives them `join(ids, atFront, priorities of these or nothing)`, ids in the order of delivery,
          and `prioritiesOf(ids)`
]]
local function prioritiesOf(ids) return ranked and #ids > 0 and redis.call('HMGET', priorities, unpack(ids)) end

local function join(ids, atFront, levels)
  local plain, ranks = ids, {}
  if levels then
    plain = {}
    -- Each priority has 2^49 places: the lower half for those that come back to the front.
    local place = redis.call('HINCRBY', meta, atFront and 'front' or 'back', atFront and -#ids or #ids)
    place = 2 ^ 48 + place - (atFront and 1 or #ids)
    for i = 1, #ids do
      if levels[i] then
        ranks[#ranks + 1] = (9 - levels[i]) * 2 ^ 49 + place + i
        ranks[#ranks + 1] = ids[i]
      else
        plain[#plain + 1] = ids[i]
      end
    end
  end
  for from = 1, #ranks, 5000 do redis.call('ZADD', urgent, unpack(ranks, from, math.min(from + 4999, #ranks))) end
  if atFront then
    for from = #plain, 1, -5000 do
      local chunk = {}
      for i = from, math.max(from - 4999, 1), -1 do chunk[#chunk + 1] = plain[i] end
      redis.call('LPUSH', ready, unpack(chunk))
    end
  else
    for from = 1, #plain, 5000 do redis.call('RPUSH', ready, unpack(plain, from, math.min(from + 4999, #plain))) end
  end
end
