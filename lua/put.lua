--[[ put — add tasks, in order; of each parcel all or none, and on any error nothing at all.
  Idempotent: an id that is still in the queue is left as it is.
  Where the queue is full, those who can wait go in turn: see `room`.
  Includes known, line.
  KEYS[1]  tasks       hash  id → "<ms put> " .. envelope
  KEYS[2]  ready       list  ids, next one first
  KEYS[3]  urgent      zset  id → place in line, of those with a priority
  KEYS[4]  priorities  hash  id → 1 … 9, where it is not 0
  KEYS[5]  delayed     zset  id → due, µs on this server's clock (odd: joins the front)
  KEYS[6]  returns     hash  id → returns/generation
  KEYS[7]  twins       hash  digest → id of the one that keeps its twins out
  KEYS[8]  digests     hash  id → digest
  KEYS[9]  wake        zset  one marker while there may be something to take
  KEYS[10] room        zset  one marker while there may be room; those who wait take it
  KEYS[11] totals      hash  put, removed (without an ack), failed, returned, dead
  KEYS[12] meta        hash  layout, paused, generation, ghosts, ranked, unique, crowded, buried, front, back
  ARGV[1] layout   the version of this layout
  ARGV[2] limit    '' or, as JSON: most tasks waiting, 1 if the marker of room was taken for this, and the sizes of
          the parcels, below 0 for those that do not wait
  ARGV[3] until    '' or when a twin may be put: once this one is 'leased' or 'settled'; then each task has a digest
  ARGV[4…] per task: id, place, envelope, its digest where twins are kept out
          place: '' = at the back, its id made by us; else two letters, a digit for its priority and a delay in ms:
          'o' = the caller's own id or '-', then 'f' = at the front or '-'
  returns per task 1 (added), 0 (still here), 2 (no room for its parcel) or the id of its twin
]]
local tasks, ready, urgent, priorities, delayed, returns, twins, digests, wake, room, totals, meta = unpack(KEYS)
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
local soon = (time[1] * 1000 + math.floor(time[2] / 1000)) * 1000

local stride = ARGV[3] == '' and 3 or 4
local ids = {}
for i = 4, #ARGV, stride do ids[#ids + 1] = ARGV[i] end
local there = {}
for from = 1, #ids, 5000 do
  local found = redis.call('HMGET', tasks, unpack(ids, from, math.min(from + 4999, #ids)))
  for i = 1, #found do there[from + i - 1] = found[i] end
end

-- 1. Which of them are new, and fit?
local limit = ARGV[2] ~= '' and cjson.decode(ARGV[2])
local left, woken, sizes, parcels = math.huge, false, { #ids }, 1
-- Others wait already, and no marker lies there for whoever comes next: behind them, then.
local behind = false
if limit then
  local waiting = redis.call('LLEN', ready) - (haunted or 0) + redis.call('ZCARD', urgent)
  left = limit[1] - waiting - redis.call('ZCARD', delayed)
  woken = limit[2] == 1
  sizes, parcels = limit, #limit
  behind = crowded and not woken and redis.call('ZCARD', room) == 0
end
local answers, adding, seen, held, waits, idle, at = {}, {}, {}, {}, false, false, 0
for p = limit and 3 or 1, parcels do
  local new, size = {}, math.abs(sizes[p])
  for i = at + 1, at + size do
    local id, digest = ids[i], stride == 4 and ARGV[4 * i + 3]
    local twin = digest and (held[digest] or redis.call('HGET', twins, digest))
    if there[i] or seen[id] then
      answers[i] = 0
    elseif twin then
      answers[i] = twin
    else
      answers[i], new[#new + 1] = 1, i
      if ARGV[stride * i + 5 - stride] ~= '' then seen[id] = true end
      if digest then held[digest] = id end
    end
  end
  local waiting = sizes[p] > 0
  if #new > 0 and (#new > left or behind and waiting) then
    for k = 1, #new do
      seen[ids[new[k]]] = nil
      if stride == 4 then held[ARGV[4 * new[k] + 3]] = nil end
    end
    for i = at + 1, at + size do answers[i] = 2 end
    if waiting then
      idle = idle or not waits and #new <= left
      behind, waits = true, true
    end
  else
    left = left - #new
    for k = 1, #new do adding[#adding + 1] = new[k] end
  end
  at = at + size
end

-- 2. Where does each go?
local fields, back, front, later, own, levels, claims, marks = {}, {}, {}, {}, {}, {}, {}, {}
local backLevels, frontLevels = nil, nil
for k = 1, #adding do
  local i = adding[k]
  local id, first = ids[i], stride * i + 4 - stride
  local place = ARGV[first + 1]
  fields[#fields + 1] = id
  fields[#fields + 1] = now .. ' ' .. ARGV[first + 2]
  if stride == 4 then
    claims[#claims + 1], marks[#marks + 1] = ARGV[first + 3], id
    claims[#claims + 1], marks[#marks + 1] = id, ARGV[first + 3]
  end
  if place == '' then
    back[#back + 1] = id
  else
    if place:byte(1) == 111 then own[#own + 1] = id end
    local atFront, priority, delay = place:byte(2) == 102, place:sub(3, 3), tonumber(place:sub(4))
    if priority ~= '0' then
      levels[#levels + 1] = id
      levels[#levels + 1] = priority
    end
    if delay > 0 then
      -- A step later than the one before, so that those put together come due in order.
      later[#later + 1] = soon + 1000 * math.ceil(delay) + #later + (atFront and 1 or 0)
      later[#later + 1] = id
    elseif atFront then
      front[#front + 1] = id
      if priority ~= '0' then
        frontLevels = frontLevels or {}
        frontLevels[#front] = priority
      end
    else
      back[#back + 1] = id
      if priority ~= '0' then
        backLevels = backLevels or {}
        backLevels[#back] = priority
      end
    end
  end
end

-- All or nothing: a key of another type is found out before the first write.
redis.call('LLEN', ready)
redis.call('ZCARD', wake)
redis.call('HLEN', totals)
if limit then redis.call('ZCARD', room) end
if stride == 4 then redis.call('HLEN', digests) end
if #own > 0 then redis.call('HLEN', returns) end
if #later > 0 then redis.call('ZCARD', delayed) end
if #levels > 0 then
  redis.call('ZCARD', urgent)
  redis.call('HLEN', priorities)
end

-- 3. Write.
local function set(key, pairs)
  for from = 1, #pairs, 5000 do redis.call('HSET', key, unpack(pairs, from, math.min(from + 4999, #pairs))) end
end
if #adding > 0 then
  if not layout then redis.call('HSET', meta, 'layout', ARGV[1]) end
  if stride == 4 and unique ~= ARGV[3] then redis.call('HSET', meta, 'unique', ARGV[3]) end
  if #levels > 0 and not ranked then redis.call('HSET', meta, 'ranked', 1) end
  set(tasks, fields)
  set(priorities, levels)
  set(twins, claims)
  set(digests, marks)
  join(back, false, backLevels)
  join(front, true, frontLevels)
  -- A caller's id may come again after its task is gone: a generation keeps a late settlement of the old one out.
  if #own > 0 then
    local first = '0/' .. redis.call('HINCRBY', meta, 'generation', 1)
    local pairs = {}
    for i = 1, #own do
      pairs[2 * i - 1], pairs[2 * i] = own[i], first
    end
    set(returns, pairs)
  end
  local rouse = #back + #front > 0
  if #later > 0 then
    local earliest = redis.call('ZRANGE', delayed, 0, 0, 'WITHSCORES')[2]
    for from = 1, #later, 5000 do redis.call('ZADD', delayed, unpack(later, from, math.min(from + 4999, #later))) end
    -- An idle consumer sleeps until the earliest task it knows of is due: tell it of an earlier one.
    rouse = rouse or redis.call('ZRANGE', delayed, 0, 0, 'WITHSCORES')[2] ~= earliest
  end
  if rouse and not paused then redis.call('ZADD', wake, 0, '*') end
  redis.call('HINCRBY', totals, 'put', #adding)
end

-- 4. Whose turn is it? Who took the marker passes it on while there is room, or says that others may still wait.
if waits or woken and left <= 0 then
  redis.call('HSET', meta, 'crowded', 1)
elseif woken then
  redis.call('ZADD', room, 0, '*')
elseif limit and crowded and redis.call('ZCARD', room) == 1 then
  -- It would not lie there if anybody were waiting for it.
  redis.call('HDEL', meta, 'crowded')
end
-- There is room that nobody takes: whoever took the marker may have died with it.
if idle then redis.call('ZADD', room, 0, '*') end
return answers
