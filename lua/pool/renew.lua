--[[ renew — move the ends of leases.
  Idempotent; a delivery that is no longer ours is left alone. One whose lease ran out is leased again, as long as
  nobody else was given its member.
  KEYS[1] due      zset  id → due, µs on this server's clock, of members nobody holds
  KEYS[2] leases   zset  id → end of lease, µs on this server's clock
  KEYS[3] rounds   hash  id → "<token> …", see take
  KEYS[4] wake     zset  one marker while there may be something to take
  ARGV[1] lease    ms from now
  ARGV[2] exact    1: set the end; 0: move it later, never earlier
  ARGV[3…] id, token, id, token, …
  returns per delivery the end of its lease in ms, or 0 (not ours any more)
]]
local due, leases, rounds, wake = unpack(KEYS)
local time = redis.call('TIME')
local lease = time[1] * 1000000 + time[2] + math.ceil(ARGV[1] * 1000)

local ids = {}
for i = 3, #ARGV, 2 do ids[#ids + 1] = ARGV[i] end
if #ids == 0 then return {} end
local ends = redis.call('ZMSCORE', leases, unpack(ids))
local current = redis.call('HMGET', rounds, unpack(ids))
local first = tonumber(redis.call('ZRANGE', leases, 0, 0, 'WITHSCORES')[2] or 'inf')

local answers, ours, later = {}, {}, {}
for i = 1, #ids do
  answers[i] = 0
  if (current[i] or ''):match('^%S+') == ARGV[2 * i + 2] then
    local stays = ends[i] and ARGV[2] ~= '1' and tonumber(ends[i]) >= lease
    -- As in take: members whose leases run out together are due in this order.
    local moved = stays and ends[i] or lease + i
    answers[i] = math.floor(moved / 1000)
    ours[#ours + 1] = ids[i]
    later[#later + 1] = moved
    later[#later + 1] = ids[i]
  end
end
if #ours == 0 then return answers end

-- Removed and added again: a script that begins with a removal may go on although `maxmemory` is reached,
-- and a full Redis must not take members away from those who work on them.
redis.call('ZREM', leases, unpack(ours))
redis.call('ZREM', due, unpack(ours))
redis.call('ZADD', leases, unpack(later))
-- An idle consumer sleeps until the first moment it knows of. It may fail when `maxmemory` is reached: consumers
-- look now and then by themselves.
if lease < first then redis.pcall('ZADD', wake, 0, '*') end
return answers
