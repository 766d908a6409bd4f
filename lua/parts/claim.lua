--[[ claim — which of the tasks that come back may wait again: not one whose twin waits already.
  Included by other scripts; needs twins, digests, unique and forget.
  returns nothing; gives them `claim(ids)`: those that may, in the same order; the others are forgotten
]]
local function claim(ids)
  if not unique or #ids == 0 then return ids end
  local found, staying, leaving, claims, held = redis.call('HMGET', digests, unpack(ids)), {}, {}, {}, {}
  for i = 1, #ids do
    local digest = found[i]
    local twin = digest and (held[digest] or redis.call('HGET', twins, digest))
    if twin and twin ~= ids[i] then
      leaving[#leaving + 1] = ids[i]
    else
      staying[#staying + 1] = ids[i]
      if digest then
        held[digest], claims[#claims + 1] = ids[i], digest
        claims[#claims + 1] = ids[i]
      end
    end
  end
  remove(leaving)
  if #claims > 0 then redis.call('HSET', twins, unpack(claims)) end
  return staying
end
