--[[ set — write fields of a job that is there.
  ARGV[1] job  id
  ARGV[2…] fields and values
  returns 1, or 0 when there is no such job
]]
local job = 'rq:job:' .. ARGV[1]
if redis.call('HEXISTS', job, 'data') == 0 then return 0 end
redis.call('HSET', job, unpack(ARGV, 2))
return 1
