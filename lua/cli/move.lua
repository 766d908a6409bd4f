--[[ move — take waiting tasks out of a queue and put them at the back of another one, in order and with all that is
  known of them. One whose id or twin is in the other queue stays. Call it again while it looks at as many as it may.
  Includes known, line.
  KEYS[1]  fromTasks       hash  id → "<ms put> " .. envelope
  KEYS[2]  fromReady       list  ids, next one first
  KEYS[3]  fromUrgent      zset  id → place in line, of those with a priority
  KEYS[4]  fromPriorities  hash  id → 1 … 9, where it is not 0
  KEYS[5]  fromDelayed     zset  id → due, µs on this server's clock
  KEYS[6]  fromReturns     hash  id → returns/generation; returns below 0: the lease ran out
  KEYS[7]  fromFailures    hash  id → history of its failures
  KEYS[8]  fromGhosts      hash  id → how many of its entries in ready stand for nothing any more
  KEYS[9]  fromTwins       hash  digest → id of the one that keeps its twins out
  KEYS[10] fromDigests     hash  id → digest
  KEYS[11] fromRoom        zset  one marker while there may be room; those who wait take it
  KEYS[12] fromTotals      hash  put, removed (without an ack), failed, returned, dead
  KEYS[13] fromMeta        hash  as meta
  KEYS[14] tasks           hash  as fromTasks; so the others, of the queue they go to
  KEYS[15] ready           list
  KEYS[16] urgent          zset
  KEYS[17] priorities      hash
  KEYS[18] delayed         zset
  KEYS[19] returns         hash
  KEYS[20] failures        hash
  KEYS[21] twins           hash
  KEYS[22] digests         hash
  KEYS[23] wake            zset  one marker while there may be something to take
  KEYS[24] totals          hash  as fromTotals
  KEYS[25] meta            hash  layout, paused, generation, ghosts, ranked, unique, crowded, buried, front, back
  ARGV[1] layout    the version of this layout
  ARGV[2] place     which of them: 'urgent', 'ready' or 'delayed'
  ARGV[3] skip      how many to pass over: those that stayed before
  ARGV[4] most      most to move, with skip at most 1,000
  returns how many were moved, how many of those looked at stay, how many were looked at
]]
local fromTasks, fromReady, fromUrgent, fromPriorities, fromDelayed, fromReturns, fromFailures, fromGhosts, fromTwins, fromDigests, fromRoom, fromTotals, fromMeta, tasks, ready, urgent, priorities, delayed, returns, failures, twins, digests, wake, totals, meta =
  unpack(KEYS)
local theirs = redis.call('HMGET', fromMeta, 'layout', 'ghosts', 'unique', 'crowded')
if theirs[1] and theirs[1] ~= ARGV[1] then return redis.error_reply('LAYOUT ' .. theirs[1]) end
local place, skip, most = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])

-- A key of another type is found out before anything is removed.
redis.call('LLEN', ready)
for _, key in ipairs({ urgent, delayed, wake, fromRoom }) do redis.call('ZCARD', key) end
for _, key in ipairs({ tasks, priorities, returns, failures, twins, digests, totals, fromTotals }) do redis.call('HLEN', key) end

-- 1. Which ones?
local ids, scores, looked = {}, {}, 0
if place == 'ready' then
  local listed = redis.call('LPOP', fromReady, skip + most) or {}
  looked = math.max(#listed - skip, 0)
  local laid = 0
  for i = 1, #listed do
    local owed = theirs[2] and redis.call('HEXISTS', fromGhosts, listed[i]) == 1
    if owed then
      laid = laid + 1
      if redis.call('HINCRBY', fromGhosts, listed[i], -1) <= 0 then redis.call('HDEL', fromGhosts, listed[i]) end
    else
      ids[#ids + 1] = listed[i]
    end
  end
  if laid > 0 then redis.call('HINCRBY', fromMeta, 'ghosts', -laid) end
else
  local found = redis.call('ZRANGE', place == 'urgent' and fromUrgent or fromDelayed, skip, skip + most - 1, 'WITHSCORES')
  for i = 1, #found, 2 do
    ids[#ids + 1], scores[#scores + 1] = found[i], found[i + 1]
  end
  looked = #ids
end
if #ids == 0 then return { 0, 0, looked } end

-- 2. Which of them may go?
local envelopes, there = redis.call('HMGET', fromTasks, unpack(ids)), redis.call('HMGET', tasks, unpack(ids))
local marks = redis.call('HMGET', fromDigests, unpack(ids))
local going, staying, held = {}, {}, {}
for i = 1, #ids do
  local digest = marks[i]
  local twin = unique and digest and (held[digest] or redis.call('HGET', twins, digest))
  if there[i] or twin then
    staying[#staying + 1] = ids[i]
  elseif envelopes[i] then
    going[#going + 1] = i
    if digest then held[digest] = ids[i] end
  end
end
for i = #staying, 1, -1 do
  if place == 'ready' then redis.call('LPUSH', fromReady, staying[i]) end
end
local stayed = place == 'ready' and #staying - skip or #staying
if #going == 0 then return { 0, stayed, looked } end

-- 3. Out of the one …
local gone = {}
for k = 1, #going do gone[k] = ids[going[k]] end
local levels = redis.call('HMGET', fromPriorities, unpack(gone))
local back, past = redis.call('HMGET', fromReturns, unpack(gone)), redis.call('HMGET', fromFailures, unpack(gone))
if place ~= 'ready' then redis.call('ZREM', place == 'urgent' and fromUrgent or fromDelayed, unpack(gone)) end
for _, key in ipairs({ fromTasks, fromPriorities, fromReturns, fromFailures, fromDigests }) do
  redis.call('HDEL', key, unpack(gone))
end
for k = 1, #going do
  local digest = marks[going[k]]
  if digest and redis.call('HGET', fromTwins, digest) == gone[k] then redis.call('HDEL', fromTwins, digest) end
end
redis.call('HINCRBY', fromTotals, 'removed', #gone) -- else they would count as acked
if theirs[4] then redis.call('ZADD', fromRoom, 0, '*') end

-- 4. … and into the other.
local fields, ranks, bumps, histories, claims, owners, later = {}, {}, {}, {}, {}, {}, {}
local function add(list, key, value) list[#list + 1], list[#list + 2] = key, value end
-- A generation of this queue, so that a late settlement of an earlier task of the same id stays out.
local generation = redis.call('HINCRBY', meta, 'generation', 1)
for k = 1, #going do
  local id, digest = gone[k], marks[going[k]]
  add(fields, id, envelopes[going[k]])
  if levels[k] then add(ranks, id, levels[k]) end
  if back[k] then add(bumps, id, (string.match(back[k], '^-?(%d+)') or '0') .. '/' .. generation) end
  if past[k] then add(histories, id, past[k]) end
  if unique and digest then
    add(owners, digest, id)
    add(claims, id, digest)
  end
  if place == 'delayed' then add(later, scores[going[k]], id) end
end
redis.call('HSET', meta, 'layout', ARGV[1])
if #ranks > 0 then redis.call('HSET', meta, 'ranked', 1) end
redis.call('HSET', tasks, unpack(fields))
if #ranks > 0 then redis.call('HSET', priorities, unpack(ranks)) end
if #bumps > 0 then redis.call('HSET', returns, unpack(bumps)) end
if #histories > 0 then redis.call('HSET', failures, unpack(histories)) end
if #owners > 0 then
  redis.call('HSET', twins, unpack(owners))
  redis.call('HSET', digests, unpack(claims))
end
if place == 'delayed' then
  redis.call('ZADD', delayed, unpack(later))
else
  join(gone, false, levels)
end
if not paused then redis.call('ZADD', wake, 0, '*') end
redis.call('HINCRBY', totals, 'put', #gone)
return { #gone, stayed, looked }
