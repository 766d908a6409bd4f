--[[ renew — move the ends of leases.
  Idempotent; a delivery that is no longer ours is left alone.
  KEYS[1] leases   zset  id → end of lease, µs on this server's clock
  KEYS[2] held     hash  id → ms it was taken, of deliveries renewed at least once
  KEYS[3] returns  hash  id → returns/generation
  ARGV[1] lease    ms from now
  ARGV[2] exact    1: set the end; 0: move it later, never earlier
  ARGV[3…] id, token, ms it was taken, id, token, ms it was taken, …
  returns per delivery the end of its lease in ms, or 0 (not ours any more)
]]
local leases, held, returns = unpack(KEYS)
local time = redis.call('TIME')
local lease = time[1] * 1000000 + time[2] + math.ceil(ARGV[1] * 1000)

local ids = {}
for i = 3, #ARGV, 3 do ids[#ids + 1] = ARGV[i] end
if #ids == 0 then return {} end
local ends = redis.call('ZMSCORE', leases, unpack(ids))
local current = redis.call('HMGET', returns, unpack(ids))

local answers, ours, later, taken = {}, {}, {}, {}
for i = 1, #ids do
  answers[i] = 0
  if ends[i] and (current[i] or '') == ARGV[3 * i + 1] then
    local stays = ARGV[2] ~= '1' and tonumber(ends[i]) >= lease
    -- As in take: leases that run out together are handed back in this order.
    local moved = stays and ends[i] or lease + i
    answers[i] = math.floor(moved / 1000)
    ours[#ours + 1] = ids[i]
    later[#later + 1] = moved
    later[#later + 1] = ids[i]
    taken[#taken + 1] = ids[i]
    taken[#taken + 1] = ARGV[3 * i + 2]
  end
end
if #later == 0 then return answers end

-- Removed and added again: a script that begins with a removal may go on although `maxmemory` is reached,
-- and a full Redis must not take tasks away from those who work on them.
redis.call('ZREM', leases, unpack(ours))
redis.call('ZADD', leases, unpack(later))
redis.call('HSET', held, unpack(taken))
return answers
