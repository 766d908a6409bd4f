--[[ aged — a page of the leases, those of deliveries that are old enough.
  Included by other scripts; needs leases and held.
  returns nothing; gives them `aged(found, now, age, lease)`, found: ids and ends as a zset gives them, age and lease
          in ms: the ids that are, and all of them
]]
local function aged(found, now, age, lease)
  local all, ids = {}, {}
  for i = 1, #found, 2 do all[#all + 1] = found[i] end
  if age == 0 or #all == 0 then return all, all end
  local taken = redis.call('HMGET', held, unpack(all))
  for i = 1, #all do
    if now - (taken[i] or found[2 * i] / 1000 - lease) >= age then ids[#ids + 1] = all[i] end
  end
  return ids, all
end
