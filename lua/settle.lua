--[[ settle — write what became of deliveries.
  Idempotent and fenced: a delivery that is no longer its holder's changes nothing.
  An ack after the lease ran out still counts until the next delivery.
  Includes known, line, forget, claim.
  KEYS[1]  tasks        hash  id → "<ms put> " .. envelope
  KEYS[2]  ready        list  ids, next one first
  KEYS[3]  urgent       zset  id → place in line, of those with a priority
  KEYS[4]  priorities   hash  id → 1 … 9, where it is not 0
  KEYS[5]  delayed      zset  id → due, µs on this server's clock (odd: joins the front)
  KEYS[6]  leases       zset  id → end of lease, µs on this server's clock
  KEYS[7]  held         hash  id → ms it was taken, of deliveries renewed at least once
  KEYS[8]  returns      hash  id → returns/generation; returns below 0: the lease ran out
  KEYS[9]  failures     hash  id → "<count> <ms of the first> <why dead or -> <last reason>"
  KEYS[10] dead         zset  id → µs it died
  KEYS[11] deadReturns  hash  id → returns/generation, of the dead
  KEYS[12] ghosts       hash  id → how many of its entries in ready stand for nothing any more
  KEYS[13] twins        hash  digest → id of the one that keeps its twins out
  KEYS[14] digests      hash  id → digest
  KEYS[15] wake         zset  one marker while there may be something to take
  KEYS[16] room         zset  one marker while there may be room; those who wait take it
  KEYS[17] totals       hash  put, removed (without an ack), failed, returned, dead
  KEYS[18] meta         hash  layout, paused, generation, ghosts, ranked, unique, crowded, buried, front, back
  ARGV[1] layout     the version of this layout
  ARGV[2] limit      failures a task may have; one more, and it is dead …
  ARGV[3] window     … if its first failure is more than so many ms ago
  ARGV[4] again      1: an earlier attempt at this may have taken effect unheard
  ARGV[5] acks       a JSON array of ids
  ARGV[6] tokens     of the acks, a JSON array; '' when each has ''
  ARGV[7…] of each delivery that is not acked: id, token, kind, place, message
          kind 'fail' 'release' 'unseen', or why it is dead; place 'f' or 'b' and a delay in ms
  returns per delivery, acks first, 0 (too late, changed nothing), 1 (took effect) or 2 (took effect, and it is dead now);
          a number alone: that many were acked, and all took effect
]]
local tasks, ready, urgent, priorities, delayed, leases, held, returns, failures, dead, deadReturns, ghosts, twins, digests, wake, room, totals, meta =
  unpack(KEYS)
-- As JSON, most of a batch costs both sides a fraction of what as many arguments would.
local again, ids, others = ARGV[4] == '1', cjson.decode(ARGV[5]), (#ARGV - 6) / 5
local acks = #ids
if acks + others == 0 then return 0 end

local rare = redis.call('EXISTS', returns, held, deadReturns) > 0
local history = rare and redis.call('EXISTS', returns, deadReturns) > 0

-- Nothing has ever come back, mostly: then what was delivered is either leased by its only delivery or gone,
-- and counting tells whether any was gone.
if others == 0 and ARGV[6] == '' and not history and not ranked and not unique then
  local leaving = redis.call('ZREM', leases, unpack(ids))
  if rare then redis.call('HDEL', held, unpack(ids)) end
  if leaving == acks then
    redis.call('HDEL', tasks, unpack(ids))
    return acks
  end
  local answers = {}
  for i = 1, acks do answers[i] = (redis.call('HDEL', tasks, ids[i]) == 1 or again) and 1 or 0 end
  return answers
end

local limit, window = tonumber(ARGV[2]), tonumber(ARGV[3])
local tokens = ARGV[6] ~= '' and cjson.decode(ARGV[6]) or {}
for i = 1, acks do tokens[i] = tokens[i] or '' end
for i = 7, #ARGV, 5 do
  ids[#ids + 1], tokens[#tokens + 1] = ARGV[i], ARGV[i + 1]
end
local leased = redis.call('ZMSCORE', leases, unpack(ids))
local current = history and redis.call('HMGET', returns, unpack(ids)) or {}

-- returns/generation, one return later; below zero when the lease ran out and nobody handed it back.
local function after(token, sign)
  local count, generation = token:match('^(-?%d*)(.*)$')
  return string.format('%d%s', sign * (math.abs(tonumber(count) or 0) + 1), generation)
end

-- 1. Check: whose is it?
local answers, ours, seen = {}, {}, {}
local leaving, forgotten, late = {}, {}, {}
for i = 1, #ids do
  local id, token, isAck = ids[i], tokens[i], i <= acks
  local mark = current[i] or history and not leased[i] and redis.call('HGET', deadReturns, id) or ''
  answers[i] = 0
  if not seen[id] and leased[i] and mark == token then
    answers[i], ours[i], seen[id] = 1, true, true
    leaving[#leaving + 1] = id
    if isAck then forgotten[#forgotten + 1] = id end
  elseif not seen[id] and isAck and not leased[i] and mark ~= '' and mark == after(token, -1) then
    answers[i], seen[id] = 1, true
    forgotten[#forgotten + 1], late[#late + 1] = id, id
  elseif again and isAck and not leased[i] and mark == '' then
    answers[i] = 1 - redis.call('HEXISTS', tasks, id)
  elseif again and not isAck and mark == after(token, 1) then
    answers[i] = redis.call('ZSCORE', dead, id) and 2 or 1
  end
end

-- A key of another type is found out before anything is removed.
if others > 0 then
  redis.call('LLEN', ready)
  redis.call('ZCARD', delayed)
  redis.call('ZCARD', dead)
  redis.call('HLEN', deadReturns)
end

-- 2. Remove, before anything else: it frees memory, and after it Redis lets a script go on although
-- `maxmemory` is reached. So a full Redis can still be drained.
if #leaving > 0 then
  redis.call('ZREM', leases, unpack(leaving))
  redis.call('HDEL', held, unpack(leaving))
end
forget(forgotten, not history)
if #late > 0 then
  -- One with a priority, or dead of its age, goes at once; from the middle of the list that would cost as much as it is long.
  local laid = 0
  for i = 1, #late do
    local died = redis.call('ZREM', dead, late[i])
    if died == 1 then
      redis.call('HDEL', deadReturns, late[i])
    elseif redis.call('ZREM', urgent, late[i]) == 0 then
      redis.call('HINCRBY', ghosts, late[i], 1)
      laid = laid + 1
    end
  end
  if laid > 0 then redis.call('HINCRBY', meta, 'ghosts', laid) end
  if crowded then redis.call('ZADD', room, 0, '*') end
end
if #leaving + #late == #forgotten then return answers end

-- 3. Decide where the others go.
local time = redis.call('TIME')
local us = time[1] * 1000000 + time[2]
local now = math.floor(us / 1000)
local past = redis.call('HMGET', failures, unpack(ids, acks + 1))
local bumps, marks, histories, coming, plans, died, buried = {}, {}, {}, {}, {}, {}, {}
local failed, returned, generation = 0, 0, nil
local function add(list, key, value) list[#list + 1], list[#list + 2] = key, value end

for i = acks + 1, #ids do
  if ours[i] then
    local id, at = ids[i], 7 + 5 * (i - acks - 1)
    local kind, place, message = ARGV[at + 2], ARGV[at + 3], ARGV[at + 4]
    local atFront, delay = place:sub(1, 1) == 'f', math.ceil(place:sub(2))
    local why = kind ~= 'fail' and kind ~= 'release' and kind ~= 'unseen' and kind
    local mark = after(tokens[i], 1)
    if kind == 'unseen' then
      -- Nobody saw it, so it does not count as a delivery; a new generation fences this one off all the same.
      generation = generation or redis.call('HINCRBY', meta, 'generation', 1)
      mark = (tokens[i]:match('^-?%d+') or '0') .. '/' .. generation
    end
    if kind == 'release' then returned = returned + 1 end
    if kind == 'fail' or why then
      local count, first = string.match(past[i - acks] or '', '^(%d+) (%d+)')
      count, first = tonumber(count or 0), tonumber(first or 0)
      if kind == 'fail' then
        failed, count = failed + 1, count + 1
        if count == 1 then first = now end
        if count > limit and (window == 0 or now - first > window) then why = 'retry-limit' end
      end
      add(histories, id, string.format('%d %.0f %s %s', count, first, why or '-', message))
    end
    if why then
      answers[i] = 2
      add(marks, id, mark)
      add(died, us + #died, id)
      buried[#buried + 1] = id
    else
      add(bumps, id, mark)
      coming[#coming + 1] = id
      plans[id] = { atFront = atFront, delay = delay }
    end
  end
end

-- 4. Write.
if #bumps > 0 then redis.call('HSET', returns, unpack(bumps)) end
if #histories > 0 then redis.call('HSET', failures, unpack(histories)) end
if failed > 0 then redis.call('HINCRBY', totals, 'failed', failed) end
if returned > 0 then redis.call('HINCRBY', totals, 'returned', returned) end
if #died > 0 then
  redis.call('ZADD', dead, unpack(died))
  redis.call('HSET', deadReturns, unpack(marks))
  redis.call('HDEL', returns, unpack(buried))
  redis.call('HINCRBY', totals, 'dead', #buried)
  redis.call('HSET', meta, 'buried', 1)
  if unique then free(buried) end
end
local front, back, later = {}, {}, {}
coming = claim(coming)
for i = 1, #coming do
  local id = coming[i]
  local plan = plans[id]
  if plan.delay > 0 then
    add(later, (now + plan.delay) * 1000 + #later + (plan.atFront and 1 or 0), id)
  else
    local list = plan.atFront and front or back
    list[#list + 1] = id
  end
end
if #later > 0 then redis.call('ZADD', delayed, unpack(later)) end
join(back, false, prioritiesOf(back))
join(front, true, prioritiesOf(front))
if #coming > 0 and not paused then redis.call('ZADD', wake, 0, '*') end
return answers
