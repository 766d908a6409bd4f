--[[ carry — fencing marks, from among those of the living to those of the dead or back.
  Included by other scripts.
  returns nothing; gives them `carry(from, to, ids)`, both hashes id → returns/generation; an id without a mark has none
]]
local function carry(from, to, ids)
  local found, marks = redis.call('HMGET', from, unpack(ids)), {}
  for i = 1, #ids do
    if found[i] then
      marks[#marks + 1] = ids[i]
      marks[#marks + 1] = found[i]
    end
  end
  if #marks > 0 then
    redis.call('HSET', to, unpack(marks))
    redis.call('HDEL', from, unpack(ids))
  end
end
