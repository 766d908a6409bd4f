--[[ settle — write what became of deliveries.
  Idempotent and fenced: a delivery that is no longer its holder's changes nothing. It is until the member is
  handed out again, added again or deleted, also after its lease ran out.
  KEYS[1] members  hash  id → "<ms added> " .. envelope
  KEYS[2] due      zset  id → due, µs on this server's clock, of members nobody holds
  KEYS[3] leases   zset  id → end of lease, µs on this server's clock
  KEYS[4] rounds   hash  id → "<token> <deliveries> <failures> <ms of the first> <µs it was due>", see take
  KEYS[5] wake     zset  one marker while there may be something to take
  KEYS[6] meta     hash  layout, generation
  ARGV[1] layout   the version of this layout
  ARGV[2] again    1: an earlier attempt at this may have taken effect unheard
  ARGV[3] fates    a JSON array, of each delivery: id, token, kind, delay
          kind 'ack' 'fail' 'release' 'unseen' or 'remove'; delay in ms, '' = as long due as it was before
  returns per delivery 0 (too late, changed nothing) or 1 (took effect)
]]
local members, due, leases, rounds, wake, meta = unpack(KEYS)
local layout = redis.call('HGET', meta, 'layout')
if layout and layout ~= ARGV[1] then return redis.error_reply('LAYOUT ' .. layout) end

local time = redis.call('TIME')
local us = time[1] * 1000000 + time[2]
local ids, fates = {}, cjson.decode(ARGV[3])
for i = 1, #fates, 4 do ids[#ids + 1] = fates[i] end
if #ids == 0 then return {} end
local current = redis.call('HMGET', rounds, unpack(ids))

local answers, done = {}, {}
local ours, forgotten, removed, marks, scores = {}, {}, {}, {}, {}
for i = 1, #ids do
  local id, token, kind, delay = unpack(fates, 4 * i - 3, 4 * i)
  local mark = current[i] or ''
  local held, deliveries, failures, first, was = mark:match('^(%-?%d+) (%d+) (%d+) (%d+) (%d+)')
  answers[i] = 0
  if done[id] then
    -- Settled by this very batch.
  elseif held == token then
    answers[i], done[id], ours[#ours + 1] = 1, true, id
    if kind == 'ack' or kind == 'remove' then forgotten[#forgotten + 1] = id end
    if kind == 'remove' then
      removed[#removed + 1] = id
    else
      -- A µs after the one before: those that are due together come in order.
      scores[#scores + 1] = delay == '' and was or us + math.ceil(delay * 1000) - #ids + i
      scores[#scores + 1] = id
    end
    if kind == 'fail' then
      if failures == '0' then first = math.floor(us / 1000) end
      failures = failures + 1
    elseif kind == 'unseen' then
      -- Nobody saw it, so it does not count as a delivery.
      deliveries = deliveries - 1
    end
    if kind ~= 'ack' and kind ~= 'remove' then
      marks[#marks + 1] = id
      marks[#marks + 1] = string.format('-%s %d %d %.0f %s', token, deliveries, failures, first, was)
    end
  elseif ARGV[2] == '1' then
    local there = redis.call('HEXISTS', members, id) == 1
    if mark == '' then answers[i] = (kind == 'ack' and there or kind == 'remove' and not there) and 1 or 0 end
    if held == '-' .. token then answers[i] = 1 end
  end
end
if #ours == 0 then return answers end

local function earliest()
  local nextDue = redis.call('ZRANGE', due, 0, 0, 'WITHSCORES')[2]
  local nextEnd = redis.call('ZRANGE', leases, 0, 0, 'WITHSCORES')[2]
  return math.min(tonumber(nextDue or 'inf'), tonumber(nextEnd or 'inf'))
end
local before = earliest()
-- A key of another type is found out before anything is removed.
redis.call('HLEN', members)
redis.call('ZCARD', wake)

-- Removals come first: they free memory, and after them Redis lets a script go on although `maxmemory` is reached.
redis.call('ZREM', leases, unpack(ours))
if #forgotten > 0 then redis.call('HDEL', rounds, unpack(forgotten)) end
if #removed > 0 then
  redis.call('HDEL', members, unpack(removed))
  redis.call('ZREM', due, unpack(removed))
end
if #marks > 0 then redis.call('HSET', rounds, unpack(marks)) end
if #scores > 0 then redis.call('ZADD', due, unpack(scores)) end

-- An idle consumer sleeps until the first moment it knows of: tell it of an earlier one, and of what is due now.
local first = earliest()
if #scores > 0 and (first < before or first <= us) then redis.call('ZADD', wake, 0, '*') end
return answers
