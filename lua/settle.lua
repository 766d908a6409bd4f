--[[ settle — write what became of deliveries.
  Idempotent and fenced: a delivery that is no longer its holder's changes nothing.
  An ack after the lease ran out still counts until the next delivery.
  KEYS[1]  tasks     hash  id → "<ms put> " .. envelope
  KEYS[2]  ready     list  ids, next one first
  KEYS[3]  delayed   zset  id → due, µs on this server's clock (odd: joins the front)
  KEYS[4]  leases    zset  id → end of lease, µs on this server's clock
  KEYS[5]  held      hash  id → ms it was taken, of deliveries renewed at least once
  KEYS[6]  returns   hash  id → returns/generation; returns below 0: the lease ran out
  KEYS[7]  failures  hash  id → "<count> <ms of the first> <why dead or -> <last reason>"
  KEYS[8]  dead      zset  id → µs it died
  KEYS[9]  ghosts    hash  id → how many of its entries in ready stand for nothing any more
  KEYS[10] wake      zset  one marker while there may be something to take
  KEYS[11] totals    hash  put, removed (without an ack), failed, returned, dead
  KEYS[12] meta      hash  layout, paused, generation, ghosts
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
local tasks, ready, delayed, leases, held, returns, failures, dead, ghosts, wake, totals, meta = unpack(KEYS)
local known = redis.call('HMGET', meta, 'layout', 'paused')
if known[1] and known[1] ~= ARGV[1] then return redis.error_reply('LAYOUT ' .. known[1]) end

-- As JSON, most of a batch costs both sides a fraction of what as many arguments would.
local again, ids, others = ARGV[4] == '1', cjson.decode(ARGV[5]), (#ARGV - 6) / 5
local acks = #ids
if acks + others == 0 then return 0 end

local rare = redis.call('EXISTS', returns, held) > 0
local history = rare and redis.call('EXISTS', returns) == 1

-- Nothing has ever come back, mostly: then what was delivered is either leased by its only delivery or gone,
-- and counting tells whether any was gone.
if others == 0 and ARGV[6] == '' and not history then
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
local leaving, forgotten, haunted = {}, {}, {}
for i = 1, #ids do
  local id, token, mark, isAck = ids[i], tokens[i], current[i] or '', i <= acks
  answers[i] = 0
  if not seen[id] and leased[i] and mark == token then
    answers[i], ours[i], seen[id] = 1, true, true
    leaving[#leaving + 1] = id
    if isAck then forgotten[#forgotten + 1] = id end
  elseif not seen[id] and isAck and not leased[i] and mark ~= '' and mark == after(token, -1) then
    answers[i], seen[id] = 1, true
    forgotten[#forgotten + 1], haunted[#haunted + 1] = id, id
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
end

-- 2. Remove, before anything else: it frees memory, and after it Redis lets a script go on although
-- `maxmemory` is reached. So a full Redis can still be drained.
if #leaving > 0 then
  redis.call('ZREM', leases, unpack(leaving))
  redis.call('HDEL', held, unpack(leaving))
end
if #forgotten > 0 then
  redis.call('HDEL', tasks, unpack(forgotten))
  if history then
    redis.call('HDEL', returns, unpack(forgotten))
    redis.call('HDEL', failures, unpack(forgotten))
  end
  for i = 1, #haunted do redis.call('HINCRBY', ghosts, haunted[i], 1) end
  if #haunted > 0 then redis.call('HINCRBY', meta, 'ghosts', #haunted) end
end
if #leaving + #haunted == #forgotten then return answers end

-- 3. Decide where the others go.
local time = redis.call('TIME')
local us = time[1] * 1000000 + time[2]
local now = math.floor(us / 1000)
local past = redis.call('HMGET', failures, unpack(ids, acks + 1))
local bumps, histories, front, back, later, died = {}, {}, {}, {}, {}, {}
local failed, returned, generation = 0, 0, nil
local function add(list, key, value) list[#list + 1], list[#list + 2] = key, value end

for i = acks + 1, #ids do
  if ours[i] then
    local id, at = ids[i], 7 + 5 * (i - acks - 1)
    local kind, place, message = ARGV[at + 2], ARGV[at + 3], ARGV[at + 4]
    local atFront, delay = place:sub(1, 1) == 'f', math.ceil(place:sub(2))
    local why = kind ~= 'fail' and kind ~= 'release' and kind ~= 'unseen' and kind
    if kind == 'unseen' then
      -- Nobody saw it, so it does not count as a delivery; a new generation fences this one off all the same.
      generation = generation or redis.call('HINCRBY', meta, 'generation', 1)
      add(bumps, id, (tokens[i]:match('^-?%d+') or '0') .. '/' .. generation)
    else
      add(bumps, id, after(tokens[i], 1))
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
      add(died, us + #died, id)
    elseif delay > 0 then
      add(later, (now + delay) * 1000 + #later + (atFront and 1 or 0), id)
    elseif atFront then
      table.insert(front, 1, id)
    else
      back[#back + 1] = id
    end
  end
end

-- 4. Write.
redis.call('HSET', returns, unpack(bumps))
if #histories > 0 then redis.call('HSET', failures, unpack(histories)) end
if #died > 0 then
  redis.call('ZADD', dead, unpack(died))
  redis.call('HINCRBY', totals, 'dead', #died / 2)
end
if #later > 0 then redis.call('ZADD', delayed, unpack(later)) end
if #back > 0 then redis.call('RPUSH', ready, unpack(back)) end
if #front > 0 then redis.call('LPUSH', ready, unpack(front)) end
if failed > 0 then redis.call('HINCRBY', totals, 'failed', failed) end
if returned > 0 then redis.call('HINCRBY', totals, 'returned', returned) end
if #back + #front + #later > 0 and not known[2] then redis.call('ZADD', wake, 0, '*') end
return answers
