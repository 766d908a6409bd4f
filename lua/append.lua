--[[ append — add tasks of which nothing special is said, in order, to the back; all of them or, on any error, none.
  Their ids are made by us, so none of them can be there already. Where the queue is yet unknown, and when it may be
  a repetition, it does nothing: put can do it all, and for that needs twice the arguments and a look at each id.
  KEYS[1] tasks    hash  id → "<ms put> " .. envelope
  KEYS[2] ready    list  ids, next one first
  KEYS[3] wake     zset  one marker while there may be something to take
  KEYS[4] totals   hash  put, removed (without an ack), failed, returned, dead
  KEYS[5] meta     hash  layout, paused, generation, ghosts, ranked, unique, crowded, buried, front, back
  ARGV[1] layout   the version of this layout
  ARGV[2] again    1: an earlier attempt at this may have taken effect unheard
  ARGV[3] ids      a JSON array
  ARGV[4…] per task its envelope
  returns nothing when it did nothing, else how many were added: all
]]
local tasks, ready, wake, totals, meta = unpack(KEYS)
local known = redis.call('HMGET', meta, 'layout', 'paused')
if known[1] ~= ARGV[1] or ARGV[2] == '1' then return false end

-- All or nothing: a key of another type is found out before the first write.
redis.call('LLEN', ready)
redis.call('ZCARD', wake)
redis.call('HLEN', totals)

local time = redis.call('TIME')
local stamp = string.format('%.0f ', time[1] * 1000 + math.floor(time[2] / 1000))
local ids, fields = cjson.decode(ARGV[3]), {}
for i = 1, #ids do fields[2 * i - 1], fields[2 * i] = ids[i], stamp .. ARGV[3 + i] end
for from = 1, #fields, 5000 do redis.call('HSET', tasks, unpack(fields, from, math.min(from + 4999, #fields))) end
for from = 1, #ids, 5000 do redis.call('RPUSH', ready, unpack(ids, from, math.min(from + 4999, #ids))) end
if not known[2] then redis.call('ZADD', wake, 0, '*') end
redis.call('HINCRBY', totals, 'put', #ids)
return #ids
