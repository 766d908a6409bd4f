--[[ peek — a page of the tasks in one state, without taking them.
  Includes known.
  KEYS[1]  tasks        hash  id → "<ms put> " .. envelope
  KEYS[2]  ready        list  ids, next one first
  KEYS[3]  urgent       zset  id → place in line, of those with a priority
  KEYS[4]  delayed      zset  id → due, µs on this server's clock
  KEYS[5]  leases       zset  id → end of lease, µs on this server's clock
  KEYS[6]  returns      hash  id → returns/generation; returns below 0: the lease ran out
  KEYS[7]  failures     hash  id → "<count> <ms of the first> <why dead or -> <last reason>"
  KEYS[8]  dead         zset  id → µs it died
  KEYS[9]  deadReturns  hash  id → returns/generation, of the dead
  KEYS[10] meta         hash  layout, paused, generation, ghosts, ranked, unique, crowded, buried, front, back
  ARGV[1] layout    the version of this layout
  ARGV[2] state     'ready', 'delayed', 'leased' or 'dead'
  ARGV[3] skip      how many to pass over
  ARGV[4] most      most to look at, 1 to 1,000
  returns µs now, how many were looked at, then five lists of one length, the next one first: ids; when they are due,
          their lease ends or they died, in µs, '' for ready ones; envelopes; returns; failures
]]
local tasks, ready, urgent, delayed, leases, returns, failures, dead, deadReturns, meta = unpack(KEYS)
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000000 + time[2])
local skip, most = tonumber(ARGV[3]), tonumber(ARGV[4])

local ids, whens, looked = {}, {}, 0
if ARGV[2] == 'ready' then
  local first = redis.call('ZCARD', urgent)
  if skip < first then ids = redis.call('ZRANGE', urgent, skip, skip + most - 1) end
  if #ids < most then
    local from = math.max(skip - first, 0)
    local listed = redis.call('LRANGE', ready, from, from + most - #ids - 1)
    for i = 1, #listed do ids[#ids + 1] = listed[i] end
  end
  looked = #ids
else
  local place = ARGV[2] == 'delayed' and delayed or ARGV[2] == 'leased' and leases or dead
  local found = redis.call('ZRANGE', place, skip, skip + most - 1, 'WITHSCORES')
  for i = 1, #found, 2 do
    ids[#ids + 1], whens[#whens + 1] = found[i], found[i + 1]
  end
  looked = #ids
end
if looked == 0 then return { now, 0, {}, {}, {}, {}, {} } end

-- A place in line without a task stands for nothing any more.
local envelopes = redis.call('HMGET', tasks, unpack(ids))
local back = redis.call('HMGET', ARGV[2] == 'dead' and deadReturns or returns, unpack(ids))
local failed = redis.call('HMGET', failures, unpack(ids))
local answer, seen = { now, looked, {}, {}, {}, {}, {} }, {}
for i = 1, looked do
  if envelopes[i] and not seen[ids[i]] then
    local n = #answer[3] + 1
    seen[ids[i]] = true
    answer[3][n], answer[4][n], answer[5][n] = ids[i], whens[i] or '', envelopes[i]
    answer[6][n], answer[7][n] = back[i] or '', failed[i] or ''
  end
end
return answer
