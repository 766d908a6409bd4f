--[[ empty — delete jobs from the front of a queue, 1,000 per call.
  ARGV[1] queue  its name
  returns how many ids were taken off; fewer than 1,000: the queue is empty
]]
local count = 0
while count < 1000 do
  local id = redis.call('LPOP', 'rq:queue:' .. ARGV[1])
  if not id then break end
  local job = 'rq:job:' .. id
  redis.call('DEL', job, job .. ':dependents', 'rq:job::' .. id .. ':dependencies', 'rq:results:' .. id)
  count = count + 1
end
return count
