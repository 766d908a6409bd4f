--[[ delete — forget jobs wherever they are, with their results.
  Includes forget.
  ARGV[1] children  1: also the jobs that wait for them, and those that wait for these
  ARGV[2…] ids
  Takes 1,000 jobs per call.
  returns { how many there were, the ids that are left }
]]
local count, looked, seen, pending = 0, 0, {}, {}
for i = 2, #ARGV do pending[#pending + 1] = ARGV[i] end
while #pending > 0 and looked < 1000 do
  local id = table.remove(pending)
  if not seen[id] then
    seen[id] = true
    looked = looked + 1
    local job = 'rq:job:' .. id
    local status, queue, group = unpack(redis.call('HMGET', job, 'status', 'origin', 'group_id'))
    if ARGV[1] == '1' then
      for _, child in ipairs(redis.call('SMEMBERS', job .. ':dependents')) do pending[#pending + 1] = child end
    end
    if queue then forget(id, queue, status) end
    if group and group ~= '' then redis.call('SREM', 'rq:group:' .. group, id) end
    count = count + redis.call('DEL', job)
    redis.call('DEL', job .. ':dependents', 'rq:job::' .. id .. ':dependencies', 'rq:results:' .. id)
  end
end
return { count, pending }
