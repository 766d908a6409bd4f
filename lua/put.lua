--[[ put — add tasks, in order; all of them or, on any error, none.
  Idempotent: an id that is still in the queue is left as it is.
  KEYS[1] tasks    hash  id → "<ms put> " .. envelope
  KEYS[2] ready    list  ids, next one first
  KEYS[3] delayed  zset  id → due, µs on this server's clock (odd: joins the front)
  KEYS[4] returns  hash  id → returns/generation
  KEYS[5] wake     zset  one marker while there may be something to take
  KEYS[6] totals   hash  put, removed (without an ack), failed, returned, dead
  KEYS[7] meta     hash  layout, paused, generation, ghosts
  ARGV[1] layout   the version of this layout
  ARGV[2…] per task: id, place, envelope
          place: '' = at the back, its id made by us; else two letters and a delay in ms:
          'o' = the caller's own id or '-', then 'f' = at the front or '-'
  returns per task 1 (added) or 0 (still here)
]]
local tasks, ready, delayed, returns, wake, totals, meta = unpack(KEYS)
local known = redis.call('HMGET', meta, 'layout', 'paused')
if known[1] and known[1] ~= ARGV[1] then return redis.error_reply('LAYOUT ' .. known[1]) end

local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
local soon = (time[1] * 1000 + math.floor(time[2] / 1000)) * 1000

local ids = {}
for i = 2, #ARGV, 3 do ids[#ids + 1] = ARGV[i] end
local added, there = {}, {}
for from = 1, #ids, 5000 do
  local found = redis.call('HMGET', tasks, unpack(ids, from, math.min(from + 4999, #ids)))
  for i = 1, #found do there[from + i - 1] = found[i] end
end

local fields, back, front, later, own, seen = {}, {}, {}, {}, {}, {}
for i = 1, #ids do
  local id, place = ids[i], ARGV[3 * i]
  if there[i] or seen[id] then
    added[i] = 0
  else
    added[i] = 1
    fields[#fields + 1] = id
    fields[#fields + 1] = now .. ' ' .. ARGV[3 * i + 1]
    if place == '' then
      back[#back + 1] = id
    else
      seen[id] = true
      if place:byte(1) == 111 then own[#own + 1] = id end
      local atFront, delay = place:byte(2) == 102, tonumber(place:sub(3))
      if delay > 0 then
        -- A step later than the one before, so that those put together come due in order.
        later[#later + 1] = soon + 1000 * math.ceil(delay) + #later + (atFront and 1 or 0)
        later[#later + 1] = id
      elseif atFront then
        front[#front + 1] = id
      else
        back[#back + 1] = id
      end
    end
  end
end
if #fields == 0 then return added end

-- All or nothing: a key of another type is found out before the first write.
redis.call('LLEN', ready)
redis.call('ZCARD', wake)
redis.call('HLEN', totals)
if #own > 0 then redis.call('HLEN', returns) end
if #later > 0 then redis.call('ZCARD', delayed) end

if not known[1] then redis.call('HSET', meta, 'layout', ARGV[1]) end
for from = 1, #fields, 5000 do redis.call('HSET', tasks, unpack(fields, from, math.min(from + 4999, #fields))) end
for from = 1, #back, 5000 do redis.call('RPUSH', ready, unpack(back, from, math.min(from + 4999, #back))) end
for from = #front, 1, -5000 do
  local chunk = {}
  for i = from, math.max(from - 4999, 1), -1 do chunk[#chunk + 1] = front[i] end
  redis.call('LPUSH', ready, unpack(chunk))
end
-- A caller's id may come again after its task is gone: a generation keeps a late settlement of the old one out.
if #own > 0 then
  local first = '0/' .. redis.call('HINCRBY', meta, 'generation', 1)
  local pairs = {}
  for i = 1, #own do
    pairs[2 * i - 1], pairs[2 * i] = own[i], first
  end
  for from = 1, #pairs, 5000 do redis.call('HSET', returns, unpack(pairs, from, math.min(from + 4999, #pairs))) end
end
local rouse = #back + #front > 0
if #later > 0 then
  local earliest = redis.call('ZRANGE', delayed, 0, 0, 'WITHSCORES')[2]
  for from = 1, #later, 5000 do redis.call('ZADD', delayed, unpack(later, from, math.min(from + 4999, #later))) end
  -- An idle consumer sleeps until the earliest task it knows of is due: tell it of an earlier one.
  rouse = rouse or redis.call('ZRANGE', delayed, 0, 0, 'WITHSCORES')[2] ~= earliest
end
if rouse and not known[2] then redis.call('ZADD', wake, 0, '*') end
redis.call('HINCRBY', totals, 'put', #fields / 2)
return added
