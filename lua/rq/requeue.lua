--[[ requeue — run failed jobs again.
  Includes clock, place.
  ARGV[1] queue  whose registry of failed jobs
  ARGV[2] front  1: at the front of the queue
  ARGV[3…] ids
  returns per job 1, or 0 when it was not among the failed ones
]]
local answers = {}
for i = 3, #ARGV do
  local id = ARGV[i]
  local job = 'rq:job:' .. id
  local was = redis.call('ZREM', 'rq:failed:' .. ARGV[1], id)
  if was == 1 and redis.call('EXISTS', job) == 1 then
    redis.call('HSET', job, 'started_at', '', 'ended_at', '', 'exc_info', '')
    enqueue(id, ARGV[1], ARGV[2] == '1')
  else
    was = 0
  end
  answers[#answers + 1] = was
end
return answers
