--[[ compact — drop ids whose job is gone from a queue, looking at 1,000 per call.
  ARGV[1] queue  its name
  ARGV[2] from   the first position to look at
  returns { how many were dropped, how many looked at }
]]
local queue, from = 'rq:queue:' .. ARGV[1], tonumber(ARGV[2])
local ids = redis.call('LRANGE', queue, from, from + 999)
local dropped = 0
for _, id in ipairs(ids) do
  if redis.call('EXISTS', 'rq:job:' .. id) == 0 then dropped = dropped + redis.call('LREM', queue, 1, id) end
end
return { dropped, #ids }
